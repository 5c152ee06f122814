import { COLLECTED_COLUMNS, columns, type Dataset, FOR_EVER, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Items of statements and metrics, one a row: providers have different ones. */
export const fundamentals: Dataset = {
  layer: 'silver',
  name: 'fundamentals',
  meaning: 'One item of a statement of a company, from one provider.',
  columns: columns({
    ...COLLECTED_COLUMNS,
    ticker: ['string', 'Ticker.'],
    provider: ['string', 'The API that it comes from.'],
    statement: ['string', 'income, balance, cash-flow or metric.'],
    date: ['date', 'Last day of the period; of a metric the day of the run.'],
    period: ['string', 'FY, Q1 to Q4, quarter, or TTM.'],
    item: ['string', 'Name of the item, as the provider has it.'],
    value: ['decimal(36,18)', 'Its value, in units: never in millions, and shares of a whole as fractions.'],
    unit: ['string', 'Currency (ISO 4217); empty for a number without one.', 'optional'],
  }),
  key: ['delivery', 'ticker', 'provider', 'statement', 'date', 'period', 'item'],
  partition: partitionBy('day(file_date)', 'identity(delivery)'),
  order: ['ticker', 'statement', 'date', 'item'],
  retention: FOR_EVER,
  codec: 'zstd',
};
