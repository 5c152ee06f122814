import { COLLECTED_COLUMNS, columns, type Dataset, keptFor, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Economic series. What was published on a day is a vintage: a later one may have another value. */
export const macro: Dataset = {
  layer: 'silver',
  name: 'macro',
  meaning: 'One value of an economic series, as it was published.',
  columns: columns({
    ...COLLECTED_COLUMNS,
    series: ['string', 'Name of the series at the provider, like UNRATE.'],
    provider: ['string', 'The API that it comes from.'],
    date: ['date', 'First day of the period that the value is about.'],
    value: ['decimal(36,18)', 'The value, in the unit of the series.'],
    vintage: [
      'date',
      'A day on which this value was the published one, if the provider says so (realtime_start of FRED).',
      'optional',
    ],
  }),
  key: ['delivery', 'series', 'provider', 'date'],
  partition: partitionBy('day(file_date)', 'identity(delivery)'),
  order: ['series', 'date'],
  retention: keptFor(365),
  codec: 'zstd',
};
