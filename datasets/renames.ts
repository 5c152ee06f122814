import { columns, type Dataset, FOR_EVER } from '../lambdas/contracts/dataset.ts';

/** Renames that operators declare. */
export const renames: Dataset = {
  layer: 'silver',
  name: 'renames',
  meaning: 'One rename that an operator declared.',
  columns: columns({
    ticker: ['string', 'The new name.'],
    old_ticker: ['string', 'The old name.'],
    date: ['date', 'First date under the new name.'],
    delivery: ['string', 'Delivery that declares it.'],
    revision: ['string', 'Revision of the delivery.'],
    valid_from: ['timestamptz', '16:00 New York time on the file date of the delivery.'],
    precedence: ['string', 'Orders deliveries as text, as in price_versions.'],
  }),
  key: ['ticker', 'old_ticker', 'date', 'delivery'],
  partition: [],
  order: ['ticker', 'date', 'precedence'],
  retention: FOR_EVER,
  codec: 'zstd',
};
