import { columns, type Dataset, FOR_EVER, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Every rejected row, by revision: a rejected revision never removes the rows of the one before it. */
export const quarantine: Dataset = {
  layer: 'bronze',
  name: 'quarantine',
  meaning: 'One row that was not accepted, and why.',
  columns: columns({
    file_date: ['date', 'Date in the name of the file.'],
    delivery: ['string', 'Delivery id.'],
    revision: ['string', 'Revision of the delivery.'],
    number: ['int', 'Number of the row in the quarantine file.'],
    line: ['int', 'Line in the file; none for the note that there are more.', 'optional'],
    column: ['string', 'Column that was wrong, as the header names it.', 'optional'],
    expected: ['string', 'What was expected.'],
    found: ['string', 'What was found.'],
    row: [
      'string',
      'The line of the file; what a spreadsheet would run as a formula begins with an apostrophe.',
      'optional',
    ],
  }),
  key: ['delivery', 'revision', 'number'],
  partition: partitionBy('day(file_date)', 'identity(delivery)'),
  order: ['revision', 'number'],
  retention: FOR_EVER,
  codec: 'zstd',
};
