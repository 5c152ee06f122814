import * as z from 'zod';

/** One item of the deliveries table: the current revision of a delivery and what became of it. */
export const deliveryRecord = z.object({
  /** Delivery id; for a file whose name is none, its object key, made visible. */
  delivery: z.string(),
  state: z.enum(['received', 'applied', 'rejected', 'revoked']),
  revision: z.string(),
  /** The file, where it can be read again. */
  object: z.object({
    bucket: z.string(),
    key: z.string(),
    etag: z.string(),
    versionId: z.string().optional(),
    size: z.number(),
  }),
  droppedAt: z.string(),
  /** ISO instant of the last change of state. */
  changedAt: z.string(),
  /** Keys of the report in the records bucket; absent until there is one. */
  report: z.string().optional(),
  counts: z.object({ read: z.int(), accepted: z.int(), quarantined: z.int() }).optional(),
  /**
   * The last revision that was applied whole; its manifest says what the prices table has of this delivery. To revoke
   * is to apply a revision that says nothing.
   */
  applied: z.object({ revision: z.string(), droppedAt: z.string() }).optional(),
  /** Revisions that began to write since then and may have left segments behind. */
  unfinished: z.array(z.string()),
  /** Who applies this delivery now, and until when (ms since 1970). */
  lease: z.object({ owner: z.string(), until: z.number() }).optional(),
  /** Grows with each write: what a conditional write checks. */
  tick: z.int(),
});

export type DeliveryRecord = z.infer<typeof deliveryRecord>;

/** True where nothing of a delivery is in the prices, nor may be. */
export const saysNothing = ({ state, applied, unfinished }: DeliveryRecord): boolean =>
  state === 'revoked' || (!applied && unfinished.length === 0);
