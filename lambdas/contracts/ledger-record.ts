import * as z from 'zod';

/** See `shown` of a record. */
const shown = z.object({ segments: z.array(z.string()), tickers: z.record(z.string(), z.string()) });

/** One record of the ledger: what became of one subscriber's digest for one delivery revision. */
export const digestRecord = z.object({
  subscriber: z.string(),
  /** Sort key: that of the revision it is about, see revisionKey. */
  digest: z.string(),
  state: z.enum(['claimed', 'sent', 'refused']),
  /** Invocation that claimed it. */
  claimedBy: z.string(),
  /** ISO instant of the claim. */
  claimedAt: z.string(),
  /** How often it was claimed without an answer, this time included. */
  attempts: z.int().positive(),
  /**
   * What the mail showed: of each ticker the days of its chart, and the segments that stood when it was composed, as places in
   * `segments`, which has `{year}#{revision}`: `90:0-4,7`. Those dropped long before are left out, see domain/digest/knowledge.ts.
   */
  shown,
  /**
   * The claim before this one, which SES has not answered: its mail may be the one that came, and counts as what the subscriber
   * was told until SES answers this one.
   */
  earlier: z.object({ claimedAt: z.string(), shown }).optional(),
  /** SES message id, once SES has taken the mail. */
  messageId: z.string().optional(),
  /** What SES said of it later; each is known by itself, for these come in any order. */
  deliveredAt: z.string().optional(),
  /** A soft bounce is one that another mail may not meet. */
  bounce: z.object({ kind: z.enum(['hard', 'soft']), at: z.string(), detail: z.string() }).optional(),
  complainedAt: z.string().optional(),
  /** Why SES refused the mail for good. */
  reason: z.string().optional(),
  /** Seconds since 1970, after which DynamoDB may forget the record. */
  expiresAt: z.int(),
});

export type DigestRecord = z.infer<typeof digestRecord>;

export type Shown = DigestRecord['shown'];

/** True where the subscriber knows what the digest said. An out-of-office reply is a soft bounce of a delivered mail. */
const hasTold = ({ state, bounce, deliveredAt }: DigestRecord): boolean =>
  state === 'sent' && (!bounce || (bounce.kind === 'soft' && deliveredAt !== undefined));

/** Most often the last record was sent, and one page is enough. */
export const RECORDS_A_PAGE = 10;

/**
 * True where the records of a subscriber that were read so far, newest drop first and by whole pages, tell what became of a
 * digest and what they were told last. A mail about a late file comes after those about newer ones; one that is older than
 * all of a page is not looked for.
 */
export const isEnough = (read: readonly DigestRecord[], digest: string): boolean =>
  (read.at(-1)?.digest ?? '') <= digest && read.some((record) => record.digest !== digest && hasTold(record));

/** Of a subscriber's records the one of the mail that was sent last: what they know. */
export const lastTold = (records: readonly DigestRecord[]): DigestRecord | undefined =>
  records
    .filter(hasTold)
    .map((record) => ({ ...record, ...record.earlier }))
    .sort((a, b) => (sentOrder(a) < sentOrder(b) ? 1 : -1))[0];

const sentOrder = ({ claimedAt, digest }: DigestRecord): string => `${claimedAt} ${digest}`;
