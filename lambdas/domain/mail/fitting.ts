/** Bytes of a text in HTML, where a sign may be written as six. */
const htmlBytes = (text: string): number => Buffer.byteLength(text.replace(/[&<>"']/g, '&quot;'));

/** Bytes of a link to a ticker with its name. */
export const linkBytes = (ticker: string): number => htmlBytes(ticker) + encodeURIComponent(ticker).length;

/** A text, or a number of bytes. */
type Part = string | number;

/** Bytes of the HTML of an item. @param own bytes of its markup without its texts */
export const itemBytes = (own: number, texts: readonly Part[]): number =>
  texts.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : htmlBytes(one)), own);

/**
 * The first items that fit into `maxBytes` of HTML: Gmail clips a mail at 102 KB.
 * @param own bytes of the markup of an item without its texts
 */
export function fitting<Item>(
  items: readonly Item[],
  maxBytes: number,
  own: number,
  textsOf: (item: Item) => readonly Part[],
): Item[] {
  let left = maxBytes;
  const end = items.findIndex((item) => {
    left -= itemBytes(own, textsOf(item));
    return left < 0;
  });
  return items.slice(0, end === -1 ? items.length : end);
}
