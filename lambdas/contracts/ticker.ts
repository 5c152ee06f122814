/** First a letter, digit, dot or caret, so that no spreadsheet takes a ticker for a formula; no white space, no markup. */
const TICKER = /^[\p{L}\p{N}.^][\p{L}\p{N}._\-^=/:&+$]{0,31}$/u;

export const TICKER_RULE = 'a ticker of 1 to 32 letters, digits or . _ - ^ = / : & + $';

export const isTicker = (text: string): boolean => TICKER.test(text);
