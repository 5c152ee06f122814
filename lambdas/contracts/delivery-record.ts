import * as z from 'zod';
import { counts, fileVersion, REVISION_STATES, report, upload } from './report.ts';

/** A revision whose file was read. */
const readRevision = z.object({
  revision: z.string(),
  knownAt: z.string(),
  file: fileVersion,
  upload,
  profile: z.int(),
  counts: counts.optional(),
});

/** One item of the deliveries table: the current revision of a delivery and its outcome. */
export const deliveryRecord = z.object({
  /** Delivery id. For a file with an unrecognized name: its object key, escaped and shortened (see fileNameId). */
  delivery: z.string(),
  state: z.enum(['received', ...REVISION_STATES]),
  revision: z.string(),
  /** The file to read again for a replay; for a revoked delivery, the file that was revoked. */
  file: fileVersion,
  /** The upload this revision came from or targets. */
  upload,
  /**
   * Time from which subscribers may know this revision: the time of the upload or command, but always later than the revision that was
   * applied before it.
   */
  knownAt: z.string(),
  /** ISO instant of the last change of state. */
  changedAt: z.string(),
  /** Version of the feed's profile under which the revision was read; 0 if it had none. */
  profile: z.int(),
  /** Key of the report in the records bucket; absent until a revision was decided. */
  report: z.string().optional(),
  /** Row counts of the file, if it was read. */
  counts: counts.optional(),
  /**
   * The last revision that was applied completely. Its manifest lists the segments that the prices table holds for this
   * delivery. A revocation is applied as a revision without rows.
   */
  applied: readRevision
    .extend({
      /** The newest upload with the same content. */
      repeatedBy: z.string().optional(),
      isRevocation: z.literal(true).optional(),
      /** True if it replaced an earlier applied revision: its changes are corrections. */
      replaces: z.literal(true).optional(),
    })
    .optional(),
  /** The last held revision: it waits for a release, until a newer one is applied or revoked. */
  held: readRevision.extend({ report: z.string() }).optional(),
  /** Revisions that started since then and may have written segments. */
  unfinished: z.array(z.string()),
  /** Outbox: the report that was decided but not published yet. */
  announce: report.optional(),
  /** The invocation that works on this delivery, and until when (ms since 1970). */
  lease: z.object({ owner: z.string(), until: z.number() }).optional(),
  /** Increases with every write; conditional writes compare it. */
  version: z.int(),
});

export type DeliveryRecord = z.infer<typeof deliveryRecord>;

/** True if current prices come from the delivery, or an unfinished revision may have written some. */
export const mayHavePrices = ({ applied, unfinished }: DeliveryRecord): boolean =>
  (applied !== undefined && !applied.isRevocation) || unfinished.length > 0;
