import * as z from 'zod';
import { checks } from './checks.ts';
import { COLUMN_ROLES, LIMITS, type Limits, profile } from './profile.ts';

/** One version of an uploaded file, so that it can be read again. */
export const fileVersion = z.object({
  bucket: z.string(),
  key: z.string(),
  etag: z.string(),
  versionId: z.string().optional(),
  /** Bytes. */
  size: z.number(),
});

/** One upload: orders the revisions of a delivery. `droppedAt`: ISO instant by S3's clock. */
export const upload = z.object({ key: z.string(), droppedAt: z.string() });

/** Lines after the header: read + withoutContent (blank, or a record that an earlier line has too). Rows: read = accepted + quarantined + withoutClose. */
export const counts = z.object({
  read: z.int(),
  accepted: z.int(),
  quarantined: z.int(),
  /** The close is empty, null or NaN: nothing was traded. */
  withoutClose: z.int(),
  /** Empty lines, repeated headers, trailers, and rows that the profile's filter leaves out. */
  withoutContent: z.int(),
});

/** How a revision ends. `held`: it has less than half of the rows or tickers of the one it would replace, and waits for
 * an operator. */
export const REVISION_STATES = ['applied', 'rejected', 'held', 'revoked'] as const;
type RevisionState = (typeof REVISION_STATES)[number];

/** True if the revision changed prices: a rejected or held one does not, and supersedes nothing. */
export const isEffective = ({ state }: { state: RevisionState }): boolean => state === 'applied' || state === 'revoked';

/** Why a row was quarantined or a file rejected. */
export const problem = z.object({
  /** Line in the file; the header is line 1. Absent if the whole file is meant. */
  line: z.int().optional(),
  /** Column as the header names it, or the role or name that was looked for. */
  column: z.string().optional(),
  expected: z.string(),
  found: z.string(),
  /** A sentence on what to do, if `expected` does not say it. */
  advice: z.string().optional(),
});

/** One answer to the question of a rejection: operators add it to the feed's profile. */
export const answer = z.object({ answer: z.string(), profile });

/** How the file was read. */
export const reading = z.object({
  /** Version of our reader. */
  reader: z.int(),
  /** Version of the feed's profile; 0 if it has none. */
  profile: z.int(),
  limits: z.record(z.enum(Object.keys(LIMITS) as (keyof Limits)[]), z.number()),
  delimiter: z.string().optional(),
  dateFormat: z.string().optional(),
  decimalMark: z.string().optional(),
  /** Role → column as the header names it. */
  columns: z.partialRecord(z.enum(COLUMN_ROLES), z.string()),
  /** Columns that were not used. */
  notUnderstood: z.array(z.string()),
  /** Column → number of optional values that could not be read, and were left out. */
  unreadable: z.record(z.string(), z.int()),
  /** The first lines without content. */
  contentless: z.array(z.object({ line: z.int(), what: z.string() })),
});

/** One ticker and day with two different closes in the file: the later line counts. */
export const differingClose = z.object({
  ticker: z.string(),
  date: z.string(),
  closes: z.tuple([z.string(), z.string()]),
  lines: z.tuple([z.int(), z.int()]),
});

/** The outcome of one revision of a delivery: `report.json` in the records bucket. It is written once the outcome is final. */
export const report = z.object({
  delivery: z.string(),
  revision: z.string(),
  file: fileVersion,
  upload,
  state: z.enum(REVISION_STATES),
  /** See DeliveryRecord. */
  knownAt: z.string(),
  /** When it was decided (ISO instant); absent in older reports. */
  decidedAt: z.string().optional(),
  rows: counts,
  /** Rows that a later line of the same file overwrote. */
  duplicates: z.int(),
  /** `U` rows without an earlier observation: they inserted. */
  updatesThatInserted: z.int(),
  /** The first pairs of different closes for one ticker and day. */
  differingCloses: z.array(differingClose),
  retiredTickers: z.int(),
  tickers: z.int(),
  changedTickers: z.int(),
  segments: z.object({ written: z.int(), removed: z.int() }),
  /** True if the revision replaced an earlier applied one: its changes are corrections. */
  replaces: z.literal(true).optional(),
  /** Why the file was rejected; absent for other outcomes. */
  rejection: problem.optional(),
  /** If the rejection is a question: its answers. */
  answers: z.array(answer).optional(),
  /** What the revision was compared with; absent for other than uploaded and replayed files. */
  checks: checks.optional(),
  /** How the file was read; absent if it was not. */
  reading: reading.optional(),
  /** The first problems of quarantined rows; the quarantine file has all of them. */
  problems: z.array(problem),
  /** Key of the quarantine file in the records bucket; absent if no row was quarantined. */
  quarantine: z.string().optional(),
});

export type Counts = z.infer<typeof counts>;
export type Answer = z.infer<typeof answer>;
export type Reading = z.infer<typeof reading>;
export type DifferingClose = z.infer<typeof differingClose>;
export type Problem = z.infer<typeof problem>;
export type Report = z.infer<typeof report>;
