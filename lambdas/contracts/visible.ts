/**
 * Text from outside for a message, a log or a console: control and format characters (right-to-left marks and the
 * like) and the line breaks of Unicode are written out.
 */
export const visible = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
