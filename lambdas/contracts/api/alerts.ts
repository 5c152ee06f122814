import * as z from 'zod';
import { alertChoices, condition, MAX_ALERTS } from '../alert.ts';
import { Scope } from '../scopes.ts';
import type { Route } from './route.ts';

const date = z.iso.date();
const decimal = z.string().meta({ description: 'An exact decimal', examples: ['300.35'] });

const fire = z.object({
  date,
  close: decimal,
  what: z.string().meta({ description: 'What happened, in words: `closed at 318.20, above 310.00`' }),
  details: z.string().meta({ description: 'The numbers behind it' }),
});

/** How far the condition is from coming true. */
const measure = z.object({
  value: z.number(),
  target: z.number(),
  distance: z.number().meta({ description: 'What the value lacks to the target; zero or less: it is met' }),
  unit: z.enum(['percent', 'points', 'times']).meta({ description: 'Unit of the distance' }),
});

const alertView = z.object({
  id: z.string(),
  ...alertChoices.shape,
  ticker: z.string().meta({ description: 'As the alert was made; a renamed ticker keeps its alerts' }),
  name: z.string().meta({ description: 'The name the ticker has now', examples: ['AAPL'] }),
  mutedUntil: date.optional(),
  expires: date,
  start: z.object({ date, close: decimal.optional() }).meta({ description: 'Later dates can fire' }),
  text: z.string().meta({ description: 'The condition in words: `closes at 310.00 or above`' }),
  state: z.enum(['unknown', 'waiting', 'armed', 'fired', 'muted', 'expired']).meta({
    description:
      '`waiting`: it was true already when the alert started, and must be false once; `unknown`: there are too few closes',
  }),
  alreadyTrue: z.boolean().meta({ description: 'True while it waits' }),
  threshold: decimal.optional().meta({ description: 'Of a price alert: on the scale of today, after splits' }),
  lastFire: fire.optional(),
  fires: z.array(date).meta({ description: 'All dates on which it fired since it started, the last 200' }),
  measure: measure.optional(),
});

export const alertsQuery = z.object({
  ticker: z.string().max(64).optional().meta({ description: 'Only alerts on this ticker' }),
});
export const muteBody = z.strictObject({
  until: date
    .nullable()
    .meta({ description: 'Fires up to and including this date are not mailed; null: mailed again' }),
});

const alertList = z.object({ alerts: z.array(alertView) });

/** A preview needs only the rule. */
export const previewBody = z.strictObject({
  ticker: z.string(),
  condition,
  repeat: alertChoices.shape.repeat.default('every'),
  band: alertChoices.shape.band,
});

const preview = z.object({
  ticker: z.string(),
  text: z.string(),
  from: date.meta({ description: 'The preview replays the days after this one' }),
  fires: z
    .array(fire)
    .meta({ description: 'Each time the condition came true in the last year, also for an alert that fires once' }),
  alreadyTrue: z.boolean(),
  measure: measure.optional(),
  warnings: z.array(z.string()),
});

const history = z.object({
  fires: z.array(
    z.object({
      date,
      close: decimal,
      what: z.string().optional(),
      told: z.enum(['announced', 'muted', 'late', 'none']).meta({
        description: '`late`: found when it was old and no longer true; `none`: no mail had it (yet)',
      }),
      mail: z.object({ delivery: z.string(), at: z.string() }).optional(),
      isWithdrawn: z.boolean(),
    }),
  ),
});

export type AlertView = z.infer<typeof alertView>;
export type AlertPreview = z.infer<typeof preview>;
export type AlertHistory = z.infer<typeof history>;
export type AlertBody = z.input<typeof alertChoices>;
export type PreviewBody = z.input<typeof previewBody>;

const own = { scope: Scope.subscriptions, handler: 'api' } as const;
const one = { ...own, path: '/alerts/{id}' } as const;

export const ALERT_ROUTES: readonly Route[] = [
  { ...own, method: 'GET', path: '/alerts', query: alertsQuery, answer: alertList, summary: 'My alerts' },
  {
    ...own,
    method: 'POST',
    path: '/alerts',
    body: alertChoices,
    answer: alertView,
    status: 201,
    summary: `Make an alert; at most ${MAX_ALERTS}`,
  },
  {
    ...own,
    method: 'POST',
    path: '/alerts/preview',
    body: previewBody,
    answer: preview,
    summary: 'What an alert would have done in the last year; nothing is saved',
  },
  { ...one, method: 'GET', answer: alertView, summary: 'One alert' },
  {
    ...one,
    method: 'PUT',
    body: alertChoices,
    answer: alertView,
    summary: 'Edit an alert; a new condition starts anew, a new note or mute does not',
  },
  { ...one, method: 'DELETE', summary: 'Delete an alert' },
  { ...own, method: 'PUT', path: '/alerts/{id}/mute', body: muteBody, summary: 'Mute an alert, or unmute it' },
  { ...own, method: 'GET', path: '/alerts/{id}/history', answer: history, summary: 'What an alert did' },
];
