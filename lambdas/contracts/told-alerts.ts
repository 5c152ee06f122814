import * as z from 'zod';
import { alertRule } from './alert.ts';

/**
 * One fire that the ledger knows. `announced`: in a mail. `muted`: the subscriber wanted no mail. `late`: it came to light when it was
 * old, and no longer true. Rule and close are kept, so that it can be withdrawn after the alert was edited or deleted.
 */
const toldFire = z.object({
  version: z.int().positive(),
  ticker: z.string(),
  rule: alertRule,
  /** ISO date of the fire, and the last date of its episode that was known then. */
  date: z.iso.date(),
  until: z.iso.date(),
  side: z.literal([1, -1]),
  /** As delivered. */
  close: z.string(),
  told: z.enum(['announced', 'muted', 'late']),
  /** Key of the digest (RevisionKey) that announced or recorded it. */
  by: z.string(),
  /** ISO date on which that revision became known. */
  on: z.iso.date(),
  /** Key of the digest that withdrew it. */
  withdrawnBy: z.string().optional(),
});

/** All fires of one alert that the ledger knows. */
export const toldAlert = z.object({
  /** Subscriber id. */
  recipient: z.string(),
  alert: z.string(),
  /** Counts the writes: each one names the number that it replaces. */
  writes: z.int().positive(),
  fires: z.array(toldFire),
  /** Seconds since 1970, after which DynamoDB may delete the record. */
  expiresAt: z.int(),
});

export type ToldFire = z.infer<typeof toldFire>;
export type ToldAlert = z.infer<typeof toldAlert>;

/**
 * Sort key of the record of an alert in the ledger: `told#{id}`. It is after `digest#`, so that a query backwards finds both: a mail needs
 * no second one.
 */
export const TOLD_PREFIX = 'told#';
export const toldId = (alert: string): string => `${TOLD_PREFIX}${alert}`;
