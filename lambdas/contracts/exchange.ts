/** The exchanges that we know, and the currency of their closes (ISO 4217) with its sign. Dollars have no sign in our texts. */
export const EXCHANGES = {
  NYSE: { currency: 'USD', sign: '' },
  NSE: { currency: 'INR', sign: '₹' },
} as const;

export type ExchangeId = keyof typeof EXCHANGES;

/** Suffixes of tickers, as Yahoo writes them. */
const SUFFIXES: Record<string, ExchangeId> = { NS: 'NSE' };

/** The exchange of a ticker, by its suffix: `TCS.NS` is traded at NSE. Others are taken for American. */
export const exchangeOf = (ticker: string): ExchangeId => SUFFIXES[/\.([A-Z]+)$/.exec(ticker)?.[1] ?? ''] ?? 'NYSE';

/** The sign of the currency of a ticker; empty for dollars. */
export const currencySign = (ticker: string): string => EXCHANGES[exchangeOf(ticker)].sign;
