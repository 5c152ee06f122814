import * as z from 'zod';
import { type Alert, alert } from './alert.ts';
import { CHART_WINDOWS, MAIL_THEMES, THEMES } from './chart-options.ts';
import { isTicker, TICKER_RULE } from './ticker.ts';

export const chartWindow = z.literal(CHART_WINDOWS);
export const theme = z.enum(THEMES);
export const mailTheme = z.enum(MAIL_THEMES);

/** Followed tickers, each with the window of its chart. */
export const followed = z.record(
  z.string().refine(isTicker, `expected ${TICKER_RULE}`),
  z.object({ window: chartWindow }),
);

/** Maximum number of tickers a subscriber may follow. */
export const MAX_TICKERS = 500;

/** Own order of the followed tickers, in groups; the first may have no name. A ticker in no group comes last. */
export const tickerGroups = z
  .array(
    z.strictObject({
      name: z
        .string()
        .max(40)
        .regex(/^\P{C}*$/u, 'expected a name without control characters')
        .meta({ examples: ['Tech'] }),
      tickers: z.array(z.string().refine(isTicker, `expected ${TICKER_RULE}`)).max(500),
    }),
  )
  .max(30)
  .refine((groups) => {
    const all = groups.flatMap(({ tickers }) => tickers);
    return all.length <= MAX_TICKERS && new Set(all).size === all.length;
  }, 'expected at most 500 tickers, each in one group')
  .refine(
    (groups) => new Set(groups.map(({ name }) => name)).size === groups.length,
    'expected groups with different names',
  );
export type TickerGroups = z.infer<typeof tickerGroups>;

/** When a subscriber wants mail: for every delivery that changes a followed ticker, once a week, or only when an alert fires. */
export const MAIL_CHOICES = ['every', 'weekly', 'alerts'] as const;

const preferences = z.object({
  theme: mailTheme,
  /** Window for tickers followed from now on. */
  window: chartWindow.optional(),
  /** `weekly`: one on Saturday, and alerts at once. `alerts`: a mail only when an alert fires or is withdrawn. */
  mails: z.enum(MAIL_CHOICES).optional(),
  /** An invalid one does not cost the subscriber. */
  groups: tickerGroups.optional().catch(undefined),
});

/** Alerts by id. An invalid one does not cost the others. */
const alerts = z.record(z.string(), z.unknown()).transform((all) =>
  Object.fromEntries(
    Object.entries(all).flatMap(([id, one]): [string, Alert][] => {
      const { success, data } = alert.safeParse(one);
      return success ? [[id, data]] : [];
    }),
  ),
);

/** A mail address as browsers validate it; it has no character that could break a mail header. */
export const mailAddress = z.email({ pattern: z.regexes.html5Email }).max(254);

/** One item of the subscribers table. */
export const subscriber = z.object({
  /** Derived from the address (see subscriber-id.ts), so that a mailbox is one item and logs need no address. */
  subscriber: z.string().min(1),
  address: mailAddress,
  /** Only `active` subscribers get digests. */
  state: z.enum(['pending', 'active', 'paused']),
  tickers: followed,
  preferences,
  alerts: alerts.optional(),
  /** Tickers of deleted alerts, with the date (ISO) of the deletion: what they announced may have to be withdrawn. */
  formerAlerts: z.record(z.string(), z.iso.date()).optional(),
  /** Why no more mail is sent to the address until its owner resumes. */
  undeliverable: z.object({ why: z.enum(['bounced', 'complained']), at: z.string() }).optional(),
  /** When the owner last confirmed or resumed (ISO instant): bounces and complaints of earlier mails are ignored. */
  resumedAt: z.string().optional(),
  /** When its owner paused by a link (ISO instant): the link undoes it for a day. */
  pausedAt: z.string().optional(),
  /** Number of digests that bounced temporarily: the highest count that the ledger had at once. */
  softBounces: z.int().optional(),
  /** No digests up to and including this date. */
  pausedUntil: z.iso.date().optional(),
});

export type Subscriber = z.infer<typeof subscriber>;

/** True if the subscriber gets digests on a date (ISO). */
export const getsDigests = ({ state, undeliverable, pausedUntil }: Subscriber, date: string): boolean =>
  state === 'active' && !undeliverable && !(pausedUntil && pausedUntil >= date);
