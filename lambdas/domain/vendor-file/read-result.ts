import type { Limits } from '../../contracts/profile.ts';
import type { Answer, Counts, DifferingClose, Problem, Reading } from '../../contracts/report.ts';
import { SegmentPacker } from '../delivery/segment-packer.ts';

/** Version of the reader. Increase it when a file may read differently than before: the report names it. */
const READER_VERSION = 2;

/** The rows of a file, and its problems. */
export type ReadDelivery = {
  packer: SegmentPacker;
  rows: Counts;
  /** Number of rows that insert a close. */
  inserts: number;
  problems: Problem[];
  differingCloses: DifferingClose[];
  reading: Reading;
  /** Gzipped CSV of the accepted rows, see delivery/accepted-rows.ts. */
  accepted: Buffer | undefined;
  /** Gzipped CSV; undefined if no row was quarantined. */
  quarantine: Buffer | undefined;
  /** Why the whole file is rejected; undefined if it is not. */
  rejection: Problem | undefined;
  answers: Answer[];
};

/** What is known of a file before its first line. `profile`: version of the feed's profile. */
export const emptyResult = (profile: number, limits: Limits): ReadDelivery => ({
  packer: new SegmentPacker(),
  rows: { read: 0, accepted: 0, quarantined: 0, withoutClose: 0, withoutContent: 0 },
  inserts: 0,
  problems: [],
  differingCloses: [],
  reading: {
    reader: READER_VERSION,
    profile,
    limits,
    columns: {},
    notUnderstood: [],
    unreadable: {},
    contentless: [],
  },
  accepted: undefined,
  quarantine: undefined,
  rejection: undefined,
  answers: [],
});
