import { columns, type Dataset, FOR_EVER, partitionBy } from '../lambdas/contracts/dataset.ts';

/** How each revision of a delivery ended. It is written last: a revision with a row here is in all other tables. */
export const quality: Dataset = {
  layer: 'gold',
  name: 'quality',
  meaning: 'One revision of a delivery, and how it ended.',
  columns: columns({
    file_date: ['date', 'Date in the name of the file; of a file with another name the date of its upload.'],
    delivery: ['string', 'Delivery id; for a file with another name its key.'],
    revision: ['string', 'Revision of the delivery.'],
    state: ['string', 'applied, rejected, held or revoked.'],
    dropped_at: ['timestamptz', 'When the file was uploaded.'],
    known_at: ['timestamptz', 'From when subscribers may know the revision.'],
    rows: ['int', 'Rows of the file.'],
    accepted: ['int', 'Rows that were accepted.'],
    quarantined: ['int', 'Rows that were not.'],
    without_close: ['int', 'Rows in which nothing was traded.'],
    reasons: ['string', 'Why rows were quarantined, with the number of rows: a JSON object.', 'optional'],
    jumps: ['int', 'Tickers whose close moved like a split since the delivery before.'],
    tickers: ['int', 'Tickers of the file.'],
    tickers_new: ['int', 'Tickers that the delivery before did not have; none if it was not compared.', 'optional'],
    tickers_missing: ['int', 'Tickers that only the delivery before had; none if it was not compared.', 'optional'],
    late_minutes: ['int', 'Minutes from 16:00 New York time on the file date to the upload.', 'optional'],
    seconds_to_applied: [
      'int',
      'Seconds from known_at to the decision about the revision; none if it is not known.',
      'optional',
    ],
  }),
  key: ['delivery', 'revision'],
  partition: partitionBy('month(file_date)'),
  order: ['file_date', 'delivery', 'revision'],
  retention: FOR_EVER,
  codec: 'zstd',
};
