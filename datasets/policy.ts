import { COLLECTED_COLUMNS, columns, type Dataset, keptFor, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Decisions and publications that move markets, also those that are only planned. */
export const policy: Dataset = {
  layer: 'silver',
  name: 'policy',
  meaning: 'One decision, statement or release of an authority; its date may be in the future.',
  columns: columns({
    ...COLLECTED_COLUMNS,
    type: ['string', 'fomc (a decision about rates), press, release (of data) or auction (of debt).'],
    provider: ['string', 'The API that it comes from.'],
    date: ['date', 'Day of the event; of a meeting the last day.'],
    time: ['string', 'Time in New York (HH:MM), if it is known.', 'optional'],
    title: ['string', 'What happens.'],
    url: ['string', 'Where it is described (HTTPS).', 'optional'],
  }),
  key: ['delivery', 'type', 'provider', 'date', 'title'],
  partition: partitionBy('day(file_date)', 'identity(delivery)'),
  order: ['date', 'type'],
  retention: keptFor(730),
  codec: 'zstd',
};
