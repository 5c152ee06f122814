import { columns, type Dataset, FOR_EVER, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Every accepted row as it was delivered. One delivery is one partition: a newer revision replaces it, a revocation clears it. */
export const observations: Dataset = {
  layer: 'bronze',
  name: 'observations',
  meaning: 'One accepted row of a file, as it was delivered.',
  columns: columns({
    file_date: ['date', 'Date in the name of the file.'],
    delivery: ['string', 'Delivery id, like 2020-01-10.incremental.'],
    revision: ['string', 'Revision of the delivery.'],
    line: ['int', 'Line in the file; the header is line 1.'],
    action: ['string', 'I inserts or overwrites, U updates, D deletes, S declares a split, R a rename.'],
    ticker: ['string', 'Ticker as the file has it; of a rename the new one.'],
    date: ['date', 'Date of the close, of the split or of the rename; none if the row retires the ticker.', 'optional'],
    close: ['decimal(36,18)', 'Close in the currency of the ticker.', 'optional'],
    open: ['decimal(36,18)', 'First price of the day.', 'optional'],
    high: ['decimal(36,18)', 'Highest price of the day.', 'optional'],
    low: ['decimal(36,18)', 'Lowest price of the day.', 'optional'],
    volume: ['decimal(36,18)', 'Shares traded.', 'optional'],
    split: ['decimal(36,18)', 'New shares per old, from this date on.', 'optional'],
    name: ['string', 'Name of the company; of a rename the old ticker.', 'optional'],
  }),
  key: ['delivery', 'line'],
  partition: partitionBy('day(file_date)', 'identity(delivery)'),
  order: ['line'],
  retention: FOR_EVER,
  codec: 'zstd',
};
