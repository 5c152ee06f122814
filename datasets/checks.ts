import { COLLECTED_COLUMNS, columns, type Dataset, keptFor, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Closes of a second provider beside those that are stored. They reach neither prices nor mails. */
export const checks: Dataset = {
  layer: 'silver',
  name: 'checks',
  meaning: 'One close of a provider that only checks, and the stored close of that date.',
  columns: columns({
    ...COLLECTED_COLUMNS,
    ticker: ['string', 'Ticker.'],
    provider: ['string', 'The API that it comes from.'],
    date: ['date', 'Date of the session.'],
    close: ['decimal(36,18)', 'Its close: not adjusted.'],
    stored: ['decimal(36,18)', 'The close that was stored when they were compared.', 'optional'],
  }),
  key: ['delivery', 'ticker', 'provider', 'date'],
  partition: partitionBy('day(file_date)', 'identity(delivery)'),
  order: ['ticker', 'date'],
  retention: keptFor(365),
  codec: 'zstd',
};
