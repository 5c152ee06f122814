import * as z from 'zod';

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

/** Rows after the header: read = accepted + quarantined. */
export const counts = z.object({ read: z.int(), accepted: z.int(), quarantined: z.int() });

/** Why a row was quarantined or a file rejected. */
const problem = z.object({
  /** Line in the file; the header is line 1. Absent if the whole file is meant. */
  line: z.int().optional(),
  /** Column as the file's header names it. */
  column: z.string().optional(),
  expected: z.string(),
  found: z.string(),
});

/** The outcome of one revision of a delivery: `report.json` in the records bucket. It is written once the outcome is final. */
export const report = z.object({
  delivery: z.string(),
  revision: z.string(),
  file: fileVersion,
  upload,
  state: z.enum(['applied', 'rejected', 'revoked']),
  /** See DeliveryRecord. */
  knownAt: z.string(),
  rows: counts,
  /** Rows that a later line of the same file overwrote. */
  duplicates: z.int(),
  /** `U` rows without an earlier observation: they inserted. */
  updatesThatInserted: z.int(),
  retiredTickers: z.int(),
  tickers: z.int(),
  changedTickers: z.int(),
  segments: z.object({ written: z.int(), removed: z.int() }),
  /** True if the revision replaced an earlier applied one: its changes are corrections. */
  replaces: z.literal(true).optional(),
  /** Why the file was rejected; absent for other outcomes. */
  rejection: problem.optional(),
  /** The first problems of quarantined rows; the quarantine file has all of them. */
  problems: z.array(problem),
  /** Key of the quarantine file in the records bucket; absent if no row was quarantined. */
  quarantine: z.string().optional(),
});

export type Problem = z.infer<typeof problem>;
export type Report = z.infer<typeof report>;
