import { columns, type Dataset, FOR_EVER } from '../lambdas/contracts/dataset.ts';

/** A retirement ends everything that earlier deliveries say about a ticker. A table of its own, since it would rewrite every month. */
export const retirements: Dataset = {
  layer: 'silver',
  name: 'retirements',
  meaning: 'One delivery that retires a ticker: versions of earlier deliveries are gone.',
  columns: columns({
    ticker: ['string', 'Ticker that is retired.'],
    delivery: ['string', 'Delivery that retires it.'],
    revision: ['string', 'Revision of the delivery.'],
    valid_from: ['timestamptz', '16:00 New York time on the file date of the delivery.'],
    precedence: ['string', 'Orders deliveries as text, as in price_versions.'],
  }),
  key: ['ticker', 'delivery'],
  partition: [],
  order: ['ticker', 'precedence'],
  retention: FOR_EVER,
  codec: 'zstd',
};
