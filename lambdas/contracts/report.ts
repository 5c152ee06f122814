import * as z from 'zod';
import { counts, type DeliveryRecord, drop, file } from './delivery-record.ts';

/** Why a row was quarantined or a file rejected: where, what was expected, what was found, in words. */
export type Problem = {
  /** Line in the file, the header being 1. Absent where the whole file is meant. */
  line?: number;
  /** Column as the file's header names it. */
  column?: string;
  expected: string;
  found: string;
};

/** What became of one revision of a delivery; `report.json` in the records bucket. */
export type Report = {
  delivery: string;
  revision: string;
  object: DeliveryRecord['object'];
  drop: DeliveryRecord['drop'];
  state: 'applied' | 'rejected' | 'revoked';
  /** When the file was dropped, or the order given that made this revision. */
  droppedAt: string;
  rows: { read: number; accepted: number; quarantined: number };
  /** Rows of one file that a later line of it overwrote. */
  duplicates: number;
  /** `U` rows that found nothing to update and inserted. */
  updatesThatInserted: number;
  retiredTickers: number;
  tickers: number;
  changedTickers: number;
  segments: { written: number; removed: number };
  /** Why the file was rejected; absent where it was applied. */
  rejection?: Problem;
  /** The first problems among the quarantined rows; see the quarantine file for the others. */
  problems: Problem[];
  /** Key of the quarantine file in the records bucket; absent where no row was quarantined. */
  quarantine?: string;
};

/** What of a report decides whether its revision is in. */
export const reportOutcome = z.object({
  state: z.enum(['applied', 'rejected', 'revoked']),
  droppedAt: z.string(),
  /** Absent where it was written before files could be read again. */
  object: file.optional(),
  drop: drop.optional(),
  rows: counts.optional(),
  changedTickers: z.int(),
});
