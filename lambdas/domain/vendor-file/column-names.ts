import type { ColumnRole } from '../../contracts/profile.ts';

/** Names of each role in plain form, the preferred ones first: a file may have several. */
export const ALIASES: Record<ColumnRole, string[]> = {
  ticker: ['ticker', 'symbol', 'ticker symbol', 'trading symbol', 'instrument', 'ric'],
  name: ['name', 'company', 'company name', 'security name', 'long name', 'short name', 'issuer'],
  date: [
    'date',
    'trade date',
    'trading date',
    'business date',
    'day',
    'timestamp',
    'datetime',
    'date time',
    'dtyyyymmdd',
  ],
  close: [
    'close',
    'closing val',
    'closing value',
    'closing price',
    'close price',
    'close last',
    'last',
    'last price',
    'price',
    'nav',
  ],
  open: ['open', 'opening val', 'opening price', 'open price'],
  high: ['high', 'high price'],
  low: ['low', 'low price'],
  volume: ['volume', 'vol', 'trade volume', 'total volume', 'tottrdqty'],
  split: ['split', 'split ratio', 'split factor', 'stock splits'],
  action: ['action', 'operation', 'op'],
};
/** Columns that are never taken for a close. If there is no other, the file is rejected with the question. */
export const OTHER_CLOSES =
  /^(?:adj(?:usted)?|prev(?:ious)?|prior|unadjusted) ?(?:close|closing|last|price)|^(?:prevclose|adjclose)/;

/** Currency codes in brackets behind a price. Exact case: `GBp` is pence. A volume in a currency is a turnover. */
export const CURRENCY =
  /(?<!(?:[Vv]ol(?:ume)?|VOL(?:UME)?)\.?\s*)\s*[([](?:USD|EUR|GBP|JPY|CHF|CAD|AUD|CNY|HKD|INR)[)\]]\s*$/;

/** Longer names are cut, so that the regular expressions stay fast. */
const MAX_NAME_CHARS = 100;

/** The plain form of a column name: `<CLOSE>`, `Close*`, `4. close` and `Close (USD)` are `close`, `closePrice` is `close price`. */
export const plainName = (name: string): string =>
  name
    .slice(0, MAX_NAME_CHARS)
    .replace(/^\s*\d{1,2}[.)]\s*/, '')
    .replace(CURRENCY, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[\s_.\-/*<>()[\]{}#:"']+/g, ' ')
    .trim();
