import * as z from 'zod';

/** One version of a dropped file, where it can be read again. */
export const file = z.object({
  bucket: z.string(),
  key: z.string(),
  etag: z.string(),
  versionId: z.string().optional(),
  size: z.number(),
});

/** The drop that a revision is, or is an order about: what orders it among other drops of the same delivery. */
export const drop = z.object({ key: z.string(), droppedAt: z.string() });

export const counts = z.object({ read: z.int(), accepted: z.int(), quarantined: z.int() });

/** One item of the deliveries table: the current revision of a delivery and what became of it. */
const record = z.object({
  /** Delivery id; for a file whose name is none, its object key, made visible. */
  delivery: z.string(),
  state: z.enum(['received', 'applied', 'rejected', 'revoked']),
  revision: z.string(),
  /** The file, where it can be read again; of a revoked delivery, the one that was revoked. */
  object: file,
  drop,
  droppedAt: z.string(),
  /** ISO instant of the last change of state. */
  changedAt: z.string(),
  /** Keys of the report in the records bucket; absent until there is one. */
  report: z.string().optional(),
  /** Rows of the file, where it was read. */
  counts: counts.optional(),
  /**
   * The last revision that was applied whole; its manifest says what the prices table has of this delivery. To revoke
   * is to apply a revision that says nothing.
   */
  applied: z
    .object({
      revision: z.string(),
      droppedAt: z.string(),
      object: file,
      drop,
      /** The newest revision that said the same again. */
      repeatedBy: z.string().optional(),
      isRevocation: z.literal(true).optional(),
      counts: counts.optional(),
      /** True where an earlier revision was in: what it changes is a correction. */
      replaces: z.literal(true).optional(),
    })
    .optional(),
  /** Revisions that began to write since then and may have left segments behind. */
  unfinished: z.array(z.string()),
  /** Who applies this delivery now, and until when (ms since 1970). */
  lease: z.object({ owner: z.string(), until: z.number() }).optional(),
  /** Grows with each write: what a conditional write checks. */
  tick: z.int(),
});

export type DeliveryRecord = z.infer<typeof record>;

/** Records written before files could be read again know neither bucket nor size. */
const before = z.looseObject({
  etag: z.string(),
  objectKey: z.string(),
  droppedAt: z.string(),
  applied: z.looseObject({}).optional(),
});

export const deliveryRecord = z.preprocess((item) => {
  const { success, data } = before.safeParse(item);
  if (!success) return item;
  const { etag, objectKey: key, applied, ...rest } = data;
  const { droppedAt } = rest;
  const known = { object: { bucket: '', key, etag, size: 0 }, drop: { key, droppedAt } };
  return { ...rest, ...known, ...(applied && { applied: { droppedAt, ...known, ...applied } }) };
}, record);

/** True where it is known where the file is: not of a record from before files could be read again. */
export const canBeReplayed = ({ object }: DeliveryRecord): boolean => object.bucket !== '';

/** True where nothing of a delivery is in the prices, nor may be. */
export const saysNothing = ({ applied, unfinished }: DeliveryRecord): boolean =>
  (!applied || applied.isRevocation === true) && unfinished.length === 0;
