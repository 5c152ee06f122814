import * as z from 'zod';

/** Kinds of mail that are never sent twice. */
const MAIL_KINDS = ['digest', 'weekly'] as const;
type MailKind = (typeof MAIL_KINDS)[number];

/** Identifies one mail: for whom, of which kind, about what (for a digest the RevisionKey, for a weekly one the ISO week). */
export type LedgerKey = { recipient: string; kind: MailKind; key: string };

/** Sort key of a ledger record: `digest#{key}`. */
export const mailId = ({ kind, key }: Pick<LedgerKey, 'kind' | 'key'>): string => `${kind}#${key}`;

/**
 * The kind and key that a mail id names.
 * @throws Error if the text is not a mail id
 */
export function parseMailId(id: string): Pick<LedgerKey, 'kind' | 'key'> {
  const end = id.indexOf('#');
  const kind = MAIL_KINDS.find((one) => one === id.slice(0, end));
  if (!kind) throw new Error(`Expected a mail id that begins with ${MAIL_KINDS.join('# or ')}#, found "${id}".`);
  return { kind, key: id.slice(end + 1) };
}

const displayed = z.object({ segments: z.array(z.string()), tickers: z.record(z.string(), z.string()) });

/** One record of the ledger: the state of one mail. */
export const ledgerRecord = z.object({
  /** Subscriber id. */
  recipient: z.string(),
  kind: z.enum(MAIL_KINDS),
  key: z.string(),
  state: z.enum(['claimed', 'sent', 'refused']),
  /** Id of the invocation that claimed it. */
  claimedBy: z.string(),
  /** ISO instant of the claim. */
  claimedAt: z.string(),
  /** Number of claims without a confirmed outcome, this one included. */
  attempts: z.int().positive(),
  /**
   * What a digest displayed: for each ticker the days of its chart and the segments that were current, as indexes into `segments`:
   * `90:0-4,7`. `segments` has `{year}#{revision}`. Segments that became known long before are left out, see
   * domain/digest/displayed-segments.ts.
   */
  displayed,
  /**
   * The claim before this one, if SES has not confirmed its outcome. Its mail may have been delivered, so the next mail corrects what
   * it displayed, until SES confirms this one.
   */
  earlier: z.object({ claimedAt: z.string(), displayed }).optional(),
  /** SES message id, once SES has accepted the mail. */
  messageId: z.string().optional(),
  /** SES events arrive in any order; each has its own attribute. */
  deliveredAt: z.string().optional(),
  /** `soft`: a temporary bounce. */
  bounce: z.object({ kind: z.enum(['hard', 'soft']), at: z.string(), detail: z.string() }).optional(),
  complainedAt: z.string().optional(),
  /** Why SES refused the mail permanently. */
  reason: z.string().optional(),
  /** Seconds since 1970, after which DynamoDB may delete the record. */
  expiresAt: z.int(),
});

export type LedgerRecord = z.infer<typeof ledgerRecord>;

export type Displayed = LedgerRecord['displayed'];
