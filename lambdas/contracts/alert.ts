import * as z from 'zod';
import { isTicker, TICKER_RULE } from './ticker.ts';

/** Maximum number of alerts a subscriber may have. */
export const MAX_ALERTS = 200;
/** An alert ends at most this many days after it was made or renewed. */
export const MAX_ALERT_DAYS = 731;
/** The longest average that the days before the start of an alert are enough for. */
const MAX_AVERAGE = 250;

const date = z.iso.date();
const twoDecimals = (value: number): boolean => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;
const TWO_DECIMALS = 'expected at most two decimal places';

const threshold = z
  .string()
  .regex(/^(?:[1-9]\d{0,17}|0)(?:\.\d{1,18})?$/, 'expected a decimal like 310 or 310.25, with at most 18 + 18 digits')
  .transform((text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text))
  .refine((text) => text !== '0', 'expected a price above zero')
  .meta({ description: 'An exact decimal, on the scale of today', examples: ['310.25'] });

/** The close that a move is measured from. */
const base = z.union([
  z.enum(['previous', 'start', 'last-fire']),
  z.strictObject({ sessionsAgo: z.int().min(2).max(60) }),
]);

/** What must come true. A session is an observation of the ticker. */
export const condition = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('price'), direction: z.enum(['above', 'below']), threshold }),
    z.strictObject({
      kind: z.literal('change'),
      direction: z.enum(['up', 'down', 'either']),
      percent: z.number().min(0.01).max(1000).refine(twoDecimals, TWO_DECIMALS),
      base,
    }),
    z.strictObject({
      kind: z.literal('volume'),
      factor: z.number().min(0.1).max(1000).refine(twoDecimals, TWO_DECIMALS),
    }),
    z.strictObject({ kind: z.literal('range'), side: z.enum(['high', 'low']) }),
    z.strictObject({
      kind: z.literal('average'),
      direction: z.enum(['above', 'below']),
      fast: z.int().min(1).max(MAX_AVERAGE).meta({ description: 'Sessions; 1 is the close itself' }),
      slow: z.int().min(2).max(MAX_AVERAGE),
    }),
    z.strictObject({
      kind: z.literal('rsi'),
      direction: z.enum(['above', 'below']),
      level: z.number().min(1).max(99).refine(twoDecimals, TWO_DECIMALS),
    }),
  ])
  .refine((one) => one.kind !== 'average' || one.fast < one.slow, {
    path: ['fast'],
    message: 'expected fewer sessions than slow',
  })
  .refine((one) => one.kind !== 'change' || one.direction === 'up' || one.percent < 100, {
    path: ['percent'],
    message: 'expected less than 100, since a close cannot fall by more',
  });

export type Condition = z.infer<typeof condition>;
export type ConditionOf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;

/** A subscriber's choices that decide when an alert fires. A change of one of them makes a new version of the alert. */
const ruled = {
  ticker: z.string().refine(isTicker, `expected ${TICKER_RULE}`),
  condition,
  repeat: z.enum(['once', 'every']).meta({ description: '`every`: each time the condition comes true' }),
  band: z.number().min(0).max(50).refine(twoDecimals, TWO_DECIMALS).optional().meta({
    description:
      'How far back the value must go before the alert can fire again: per cent of the threshold (0.5), for `range` per cent (2), for `rsi` points (2)',
  }),
};

/** No control and format characters, except the joiner of emojis. */
const NOTE = /^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]*$/u;

/** What a subscriber writes of an alert. */
export const alertChoices = z.strictObject({
  ...ruled,
  note: z.string().max(140).regex(NOTE, 'expected a note without line breaks and invisible characters').optional(),
  expires: date.optional().meta({ description: 'Last date that can fire; two years from today if absent' }),
  mutedUntil: date.nullish().meta({
    description: 'Fires up to and including this date are not mailed; absent: as before, null: no longer muted',
  }),
});

export type AlertChoices = z.infer<typeof alertChoices>;

/** Where a replay starts. */
const start = z.object({
  /** Later observations can fire. */
  date,
  /** The last closes known then, the oldest first: they show whether the vendor rescaled its history since. */
  closes: z.array(z.object({ date, close: z.string() })),
});

/** One alert in the subscriber's item. */
export const alert = z.object({
  ...ruled,
  note: z.string().optional(),
  expires: date,
  mutedUntil: date.optional(),
  start,
  /** Counts the edits of its condition. */
  version: z.int().positive(),
});

export type Alert = z.infer<typeof alert>;

/** An alert as it is replayed. */
export const alertRule = z.object({
  condition,
  repeat: z.enum(['once', 'every']),
  band: z.number(),
  start,
  /** Observations after this date can fire: later than `start.date` if the subscriber resumed since. */
  after: date,
});

export type AlertRule = z.infer<typeof alertRule>;
