import { columns, type Dataset, FOR_EVER } from '../lambdas/contracts/dataset.ts';

/** Splits that operators declare. Those that a vendor's file declares are in price_versions, with their date. */
export const splits: Dataset = {
  layer: 'silver',
  name: 'splits',
  meaning: 'One split that an operator declared.',
  columns: columns({
    ticker: ['string', 'Ticker.'],
    date: ['date', 'First date on the new scale.'],
    ratio: ['decimal(36,18)', 'New shares per old.'],
    delivery: ['string', 'Delivery that declares it.'],
    revision: ['string', 'Revision of the delivery.'],
    valid_from: ['timestamptz', '16:00 New York time on the file date of the delivery.'],
    precedence: ['string', 'Orders deliveries as text, as in price_versions.'],
  }),
  key: ['ticker', 'date', 'delivery'],
  partition: [],
  order: ['ticker', 'date', 'precedence'],
  retention: FOR_EVER,
  codec: 'zstd',
};
