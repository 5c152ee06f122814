import { COLLECTED_COLUMNS, columns, type Dataset, keptFor, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Quotes during the day. They are never closes. */
export const quotes: Dataset = {
  layer: 'silver',
  name: 'quotes',
  meaning: 'One quote of a ticker at an instant, from one provider.',
  columns: columns({
    ...COLLECTED_COLUMNS,
    ticker: ['string', 'Ticker.'],
    provider: ['string', 'The API that it comes from.'],
    at: ['timestamptz', 'Instant of the price.'],
    price: ['decimal(36,18)', 'Last price in the currency of the ticker.'],
    open: ['decimal(36,18)', 'First price of the day.', 'optional'],
    high: ['decimal(36,18)', 'Highest price of the day so far.', 'optional'],
    low: ['decimal(36,18)', 'Lowest price of the day so far.', 'optional'],
    volume: ['decimal(36,18)', 'Shares traded so far.', 'optional'],
    market_cap: ['decimal(36,18)', 'Market capitalization in the currency of the ticker, in units.', 'optional'],
    pe: ['decimal(36,18)', 'Price divided by earnings of the last twelve months.', 'optional'],
    dividend_yield: [
      'decimal(36,18)',
      'Dividends of a year divided by the price: a fraction, 0.0041 is 0.41 %.',
      'optional',
    ],
    high_52w: ['decimal(36,18)', 'Highest price of the last 52 weeks.', 'optional'],
    low_52w: ['decimal(36,18)', 'Lowest price of the last 52 weeks.', 'optional'],
  }),
  key: ['delivery', 'ticker', 'provider', 'at'],
  partition: partitionBy('day(file_date)', 'identity(delivery)'),
  order: ['ticker', 'at'],
  retention: keptFor(90),
  codec: 'zstd',
};
