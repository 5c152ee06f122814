/** Tickers are kept exactly as the vendor writes them. Markup, quotes, backslashes, control and format characters are refused. */
const TICKER = /^[^\p{C}\p{Z}<>"`\\](?:[^\p{C}\p{Z}<>"`\\]| (?! *$)){0,31}$/u;
/** A spreadsheet runs text that begins like this as a formula; full-width forms too. */
const FORMULA = /^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;

export const TICKER_RULE =
  'a ticker of 1 to 32 letters, digits, marks and spaces, without < > " ` \\ and control characters, that does not begin with = + - @ or a quote';

const MAX_UTF16_LENGTH = 64;

/** False for `.` and `..` too: clients may resolve them in a URL or file path. */
export const isTicker = (text: string): boolean => tickerFault(text) === undefined;

/** The rule that a text breaks; undefined if it is a ticker. */
export function tickerFault(text: string): string | undefined {
  if (text === '') return 'a ticker';
  if (text.length > MAX_UTF16_LENGTH) return 'a ticker of at most 32 characters';
  if (FORMULA.test(text)) return 'a ticker that does not begin with = + - @, which a spreadsheet runs as a formula';
  if (/^['‘’“”]/.test(text)) return 'a ticker without quotes';
  if (/^\.\.?$/.test(text)) return 'a ticker other than . and ..';
  if (TICKER.test(text)) return undefined;
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return 'a ticker without control and invisible characters';
  if (/[<>"`\\]/.test(text)) return 'a ticker without < > " ` \\';
  if (/[^\P{Z} ]/u.test(text)) return 'a ticker without other spaces than the usual one';
  return 'a ticker of at most 32 characters, without spaces around it';
}
