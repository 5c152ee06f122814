import type { Problem } from '../../contracts/report.ts';
import type { Contentless } from './row-content.ts';
import type { Line } from './split-lines.ts';

/**
 * One valid row. `retire` deletes every earlier observation of the ticker. A `split` and a `rename` are declarations: from the date on
 * the ticker has `ratio` times as many shares, or is the one that was named `from`.
 */
export type Row =
  | { action: 'set'; ticker: string; date: string; close: string; extras: string; isUpdate: boolean; name?: string }
  | { action: 'delete'; ticker: string; date: string }
  | { action: 'retire'; ticker: string }
  | { action: 'split'; ticker: string; date: string; ratio: string }
  | { action: 'rename'; ticker: string; date: string; from: string };

/** A line that has no row, or a row without a close. */
export type Skipped = { skipped: Contentless | 'no close' };

/** Reads the lines of one file. */
export type LineReader = {
  /** Column → number of optional values that could not be read. */
  readonly unreadable: ReadonlyMap<string, number>;
  /** Rows with high and low, and those of them whose close is outside. */
  readonly ranges: { compared: number; outside: number };
  /** The row of a line, why the line is bad, or why it has no row. */
  read(line: Line): Row | Problem | Skipped;
};
