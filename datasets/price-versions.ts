import { columns, type Dataset, FOR_EVER, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Every value that a date of a ticker has had. */
export const priceVersions: Dataset = {
  layer: 'silver',
  name: 'price_versions',
  meaning: 'One value that a date of a ticker has had, with its validity. A row without close deletes that date.',
  columns: columns({
    ticker: ['string', 'Ticker as the file has it.'],
    date: ['date', 'Date of the close.'],
    open: ['decimal(36,18)', 'First price of the day.', 'optional'],
    high: ['decimal(36,18)', 'Highest price of the day.', 'optional'],
    low: ['decimal(36,18)', 'Lowest price of the day.', 'optional'],
    close: ['decimal(36,18)', 'Close as delivered: not adjusted. None if the delivery deletes the date.', 'optional'],
    volume: ['decimal(36,18)', 'Shares traded.', 'optional'],
    split: ['decimal(36,18)', 'New shares per old that the file declares for this date.', 'optional'],
    delivery: ['string', 'Delivery that the value comes from.'],
    revision: ['string', 'Revision of the delivery.'],
    valid_from: ['timestamptz', '16:00 New York time on the file date of the delivery.'],
    valid_to: ['timestamptz', 'The same of the next version; none if this is the last one.', 'optional'],
    precedence: ['string', 'Orders deliveries as text: file date, then history before incremental, then feed.'],
  }),
  key: ['ticker', 'date', 'delivery'],
  partition: partitionBy('month(date)'),
  order: ['ticker', 'date', 'precedence'],
  retention: FOR_EVER,
  codec: 'zstd',
};
