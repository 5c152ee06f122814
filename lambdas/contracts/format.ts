const MINUS = '−';

/** Formats an exact decimal: thousands separated, at least two decimals (`1110` is `1,110.00`). */
export function formatPrice(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  return `${groupThousands(whole)}.${fraction.padEnd(2, '0')}`;
}

/** `1234567.8912` is `1,234,567.8912`. */
export const groupThousands = (number: string): string => number.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');

/** Formats a relative change with its sign: 0.0123 is `+1.2 %`; `–` if there is none. */
export function formatChange(change: number | undefined, decimals = 1): string {
  if (change === undefined || !Number.isFinite(change)) return '–';
  const percent = Math.abs(change * 100).toFixed(decimals);
  const sign = Number(percent) === 0 ? '±' : change > 0 ? '+' : MINUS;
  return `${sign}${percent} %`;
}
