import * as z from 'zod';
import type { Report } from './report.ts';
import { chartWindow, followed, mailAddress, theme } from './subscriber.ts';

/** What goes in and out of the API: the shapes of its bodies, queries and answers. */

const date = z.iso.date();
const decimal = z.string().meta({ description: 'An exact decimal', examples: ['300.35'] });

const myPreferences = {
  theme,
  window: chartWindow.meta({ description: 'Chart window of tickers followed from now on' }),
  pausedUntil: date
    .nullable()
    .meta({ description: 'No digests up to and including this date; null resumes them, whatever had stopped them' }),
};

/** What a subscriber changes of their own record; what is left out stays as it is. */
export const meBody = z.strictObject(myPreferences).partial();

export const me = z.object({
  ...myPreferences,
  address: mailAddress,
  state: z.enum(['new', 'pending', 'active', 'paused']),
  tickers: z.int(),
  undeliverable: z
    .object({ why: z.enum(['bounced', 'complained']), at: z.string() })
    .nullable()
    .meta({ description: 'Why nothing more is sent to the address, until `pausedUntil: null` resumes digests' }),
});

export const subscription = z.object({ ticker: z.string(), window: chartWindow });
export const subscriptionBody = z.strictObject({ window: chartWindow.optional() });

export const tickersQuery = z.object({
  prefix: z.string().max(32).default(''),
  after: z.string().max(32).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
export const tickersPage = z.object({
  tickers: z.array(
    z.object({
      ticker: z.string(),
      date: date.optional(),
      close: decimal.optional(),
      dayChange: z.number().optional().meta({ description: 'Relative: 0.01 is one percent; none of a suspect close' }),
      suspect: z.boolean().optional().meta({ description: 'True where the close is far from those before it' }),
    }),
  ),
  /** To be given as `after` for the next page. */
  next: z.string().optional(),
});

const instantOrDate = z.union([z.iso.datetime({ offset: true }), date]);
export const pricesQuery = z.object({
  from: date.optional(),
  to: date.optional(),
  /** Only what deliveries up to this date, or this instant, had said. */
  asOf: instantOrDate.optional(),
  versions: z.stringbool().default(false).meta({ type: 'boolean', description: 'Every value each date has had' }),
});
const observation = z.object({
  date,
  close: decimal,
  open: decimal.optional(),
  high: decimal.optional(),
  low: decimal.optional(),
  volume: decimal.optional(),
  delivery: z.string(),
  corrects: decimal.optional(),
  suspect: z.boolean(),
});
const version = z.object({
  date,
  close: decimal.nullable(),
  delivery: z.string(),
  validFrom: z.iso.datetime({ offset: true }),
  validTo: z.iso.datetime({ offset: true }).nullable(),
});
export const prices = z.object({
  ticker: z.string(),
  observations: z.array(observation).optional(),
  versions: z.array(version).optional(),
});

export const chartQuery = z.object({
  window: z.coerce.number().pipe(chartWindow).default(90),
  theme: theme.default('light'),
});

/** A token is some 120 characters long. */
export const linkQuery = z.object({ token: z.string().min(1).max(512) });

export const deliveriesQuery = z.object({ after: z.string().max(512).optional() });
const deliverySummary = z.object({
  delivery: z.string(),
  state: z.enum(['received', 'applied', 'rejected', 'revoked']),
  droppedAt: z.string(),
  changedAt: z.string(),
  counts: z.object({ read: z.int(), accepted: z.int(), quarantined: z.int() }).optional(),
  /** True while somebody applies it. */
  underWay: z.boolean(),
  /** True where nothing is to come of it any more: its file was removed before it was read. */
  isGone: z.boolean(),
  /** True where something of it is in the prices, which a revocation takes back. */
  inPrices: z.boolean(),
});
export const deliveriesPage = z.object({
  deliveries: z.array(deliverySummary),
  next: z.string().optional(),
  /** Ids of records that cannot be read; see the runbook, api. */
  unreadable: z.array(z.string()).optional(),
});
export const deliveryDetail = deliverySummary.extend({
  report: z.record(z.string(), z.unknown()).optional().meta({ description: 'What became of it, see report.json' }),
});

/** The order waits in the queue of the deliveries; the delivery says when it is carried out. */
export const orderTaken = z.object({ delivery: z.string(), revision: z.string() });

export const inviteBody = z.strictObject({
  address: mailAddress,
  tickers: z.array(z.strictObject({ ticker: z.string(), window: chartWindow.optional() })).max(500),
});
export const invited = z.object({
  subscriber: z.string(),
  state: z.enum(['pending', 'active', 'paused']),
  tickers: followed,
});

/** Problem details, RFC 9457. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ where: z.string(), expected: z.string() })).optional(),
  suggestions: z.array(z.string()).optional(),
});

export type Me = z.infer<typeof me>;
export type MeBody = z.infer<typeof meBody>;
export type Subscription = z.infer<typeof subscription>;
export type TickersPage = z.infer<typeof tickersPage>;
export type Prices = z.infer<typeof prices>;
export type ApiObservation = z.infer<typeof observation>;
export type DeliverySummary = z.infer<typeof deliverySummary>;
export type DeliveriesPage = z.infer<typeof deliveriesPage>;
export type DeliveryDetail = Omit<z.infer<typeof deliveryDetail>, 'report'> & { report?: Report };
export type ProblemDetails = z.infer<typeof problem>;
