/** First a letter, digit, dot or caret, so that no spreadsheet takes a ticker for a formula; no white space, no markup. */
const TICKER = /^[\p{L}\p{N}.^][\p{L}\p{N}._\-^=/:&+$]{0,31}$/u;

export const TICKER_RULE = 'a ticker of 1 to 32 letters, digits or . _ - ^ = / : & + $, other than . and ..';

/** False for `.` and `..` too: as a part of a path they lead elsewhere. */
export const isTicker = (text: string): boolean => text.length <= 64 && TICKER.test(text) && !/^\.\.?$/.test(text);
