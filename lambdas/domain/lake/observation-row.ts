import type { LakeRow } from '../../contracts/dataset.ts';
import type { AcceptedRow } from '../delivery/accepted-rows.ts';
import type { LakeDelivery } from './lake-delivery.ts';

/** The row of the table of observations. */
export const observationRow = ({ fileDate, delivery, revision }: LakeDelivery, row: AcceptedRow): LakeRow => ({
  file_date: fileDate,
  delivery,
  revision,
  line: row.line,
  action: row.action,
  ticker: row.ticker,
  date: row.date || null,
  close: row.close || null,
  open: row.open || null,
  high: row.high || null,
  low: row.low || null,
  volume: row.volume || null,
  split: row.split || null,
  name: row.name || null,
});
