/** A price as an exact decimal: two places from 1 up, four significant digits below. */
export function priceText(price: number): string {
  const places = price >= 1 ? 2 : Math.min(18, 3 - Math.floor(Math.log10(Math.max(price, 1e-15))));
  const text = price.toFixed(places);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
