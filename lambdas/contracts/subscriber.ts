import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isTicker, TICKER_RULE } from './ticker.ts';

/** Chart windows a subscriber may choose, in calendar days up to the last close. */
export const CHART_WINDOWS = [30, 90, 365] as const;
export const THEMES = ['light', 'dark'] as const;

export const chartWindow = z.literal(CHART_WINDOWS);
export const theme = z.enum(THEMES);

export type ChartWindow = z.infer<typeof chartWindow>;
export type Theme = z.infer<typeof theme>;

/** The tickers somebody follows, each with the window of its chart. */
export const followed = z.record(
  z.string().refine(isTicker, `expected ${TICKER_RULE}`),
  z.object({ window: chartWindow }),
);

const preferences = z.object({
  theme,
  /** Window of tickers followed from now on. */
  window: chartWindow.optional(),
});

/** More tickers than this nobody may follow. */
export const MAX_TICKERS = 500;
export const DEFAULT_WINDOW: ChartWindow = 90;

/** A mailbox, as browsers take it: more than most have, and nothing that breaks a header. */
export const mailAddress = z.email({ pattern: z.regexes.html5Email }).max(254);

/** One item of the subscribers table. */
export const subscriber = z.object({
  /** Derived from the address (see subscriberId), so that one mailbox is one item and logs need no address. */
  subscriber: z.string().min(1),
  address: mailAddress,
  /** Only `active` subscribers get digests. */
  state: z.enum(['pending', 'active', 'paused']),
  tickers: followed,
  preferences,
  /** Why nothing more is sent to the address, until its owner resumes: it bounced for good, or complained. */
  undeliverable: z.object({ why: z.enum(['bounced', 'complained']), at: z.string() }).optional(),
  /** When its owner last confirmed or resumed (ISO instant): what came back of mails before no longer counts. */
  resumedAt: z.string().optional(),
  /** Digests that bounced softly: the highest number that the ledger has had at once. */
  softBounces: z.int().optional(),
  /** Digests are held back up to and including this date. */
  pausedUntil: z.iso.date().optional(),
});

export type Subscriber = z.infer<typeof subscriber>;

/** True where the subscriber gets digests on a date (ISO). */
export const getsDigests = ({ state, undeliverable, pausedUntil }: Subscriber, today: string): boolean =>
  state === 'active' && !undeliverable && !(pausedUntil && pausedUntil >= today);

/** Opaque, stable id of a mailbox: 132 bits of SHA-256 over the lower-cased address, base64url. */
export const subscriberId = (address: string): string =>
  createHash('sha256').update(address.trim().toLowerCase()).digest('base64url').slice(0, 22);

/**
 * Whom a limit counts: `ada+news@example.com` and `ada@example.com` are one mailbox with most providers, so that no
 * limit is passed by plus-addresses.
 */
export const countedAs = (address: string): string => subscriberId(address.trim().replace(/\+[^@]*(?=@[^@]*$)/, ''));
