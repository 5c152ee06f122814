/**
 * Escapes foreign text for a message, a log or a console: control and format characters (such as right-to-left marks), lone
 * surrogates and Unicode line breaks become `\u{…}`.
 */
export const visible = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/** The first `max` characters. It never splits a surrogate pair, which no store accepts. */
export function firstCharacters(text: string, max: number): string {
  let end = 0;
  for (let count = 0; end < text.length && count < max; count++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
