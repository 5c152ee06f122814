/**
 * Text from outside for a message, a log or a console: control and format characters (right-to-left marks and the
 * like), lone surrogates and the line breaks of Unicode are written out.
 */
export const visible = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/** The first `max` characters; never cuts a surrogate pair in two, which no store takes. */
export function firstCharacters(text: string, max: number): string {
  let end = 0;
  for (let count = 0; end < text.length && count < max; count++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
