const MINUS = '−';

/** An exact decimal for reading: thousands separated, at least two decimals (`1110` is `1,110.00`). */
export function formatPrice(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  return `${groupThousands(whole)}.${fraction.padEnd(2, '0')}`;
}

/** `1234567` is `1,234,567`; what follows a decimal point stays as it is. */
export const groupThousands = (number: string): string => number.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');

/** A relative change with sign: 0.0123 is `+1.2 %`; `–` where there is none. */
export function formatChange(change: number | undefined, decimals = 1): string {
  if (change === undefined || !Number.isFinite(change)) return '–';
  const percent = Math.abs(change * 100).toFixed(decimals);
  const sign = Number(percent) === 0 ? '±' : change > 0 ? '+' : MINUS;
  return `${sign}${percent} %`;
}
