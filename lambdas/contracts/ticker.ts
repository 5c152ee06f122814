/** A ticker begins with a letter, digit, dot or caret, so that no spreadsheet reads it as a formula. */
const TICKER = /^[\p{L}\p{N}.^][\p{L}\p{N}._\-^=/:&+$]{0,31}$/u;

export const TICKER_RULE = 'a ticker of 1 to 32 letters, digits or . _ - ^ = / : & + $, other than . and ..';

/** False for `.` and `..` too: clients may resolve them in a URL or file path. */
export const isTicker = (text: string): boolean => text.length <= 64 && TICKER.test(text) && !/^\.\.?$/.test(text);
