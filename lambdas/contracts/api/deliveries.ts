import * as z from 'zod';
import { counts, REVISION_STATES, type Report } from '../report.ts';
import { Scope } from '../scopes.ts';
import type { Route } from './route.ts';

/** `received`: not decided yet. */
const DELIVERY_STATES = ['received', ...REVISION_STATES] as const;

export const deliveriesQuery = z.object({
  after: z.string().max(512).optional().meta({ description: '`next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  search: z
    .string()
    .max(512)
    .default('')
    .meta({ description: 'Part of the delivery id', examples: ['2020-01'] }),
  state: z.enum(DELIVERY_STATES).optional(),
});
const deliverySummary = z.object({
  delivery: z.string(),
  state: z.enum(DELIVERY_STATES),
  droppedAt: z.string().meta({ description: 'When the file was uploaded' }),
  changedAt: z.string(),
  counts: counts.optional(),
  inProgress: z.boolean().meta({ description: 'True while an invocation works on it' }),
  isGone: z.boolean().meta({ description: 'True if its file was removed before it was read' }),
  isHeld: z.boolean().meta({ description: 'True if a revision waits for a release' }),
  inPrices: z.boolean().meta({ description: 'True if current prices may come from it; a revocation removes them' }),
});
const deliveriesPage = z.object({
  deliveries: z.array(deliverySummary),
  states: z
    .record(z.enum(DELIVERY_STATES), z.int())
    .meta({ description: 'Number of deliveries that the search finds, by state' }),
  next: z.string().optional().meta({ description: 'Pass it as `after` to get the next page' }),
  unreadable: z
    .array(z.string())
    .optional()
    .meta({ description: 'Ids of records that cannot be read; see the runbook, api' }),
});
const deliveryDetail = deliverySummary.extend({
  report: z.record(z.string(), z.unknown()).optional().meta({ description: 'The outcome: report.json' }),
});
export const deliveryMailsQuery = z.object({
  after: z.string().max(256).optional().meta({ description: '`next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(500).default(200).meta({ description: 'Subscribers to look at' }),
});
const count = z.int().nonnegative();
const deliveryMails = z.object({
  counts: z.object({
    expected: count.meta({ description: 'Subscribers of this page with a changed ticker' }),
    sent: count.meta({ description: 'SES accepted the mail, and has not told more' }),
    delivered: count,
    bounced: count,
    refused: count.meta({ description: 'SES refused the mail' }),
    unconfirmed: count.meta({ description: 'It may have been sent' }),
    heldBack: count.meta({ description: 'Paused, unsubscribed, stopped, not confirmed, or alerts only' }),
    none: count.meta({ description: 'No mail was due, or it is not sent yet' }),
  }),
  without: z
    .array(z.object({ subscriber: z.string(), address: z.string(), outcome: z.string(), why: z.string() }))
    .meta({
      description: 'Who did not get it, and why; addresses are masked',
    }),
  waits: z.array(z.number()).meta({
    description: 'Seconds from the upload, or the command, to each mail that SES accepted',
    examples: [[12.4, 13.1]],
  }),
  unreadable: z.array(z.string()).meta({ description: 'Ids of subscriber records that cannot be read' }),
  next: z.string().optional().meta({ description: 'Pass it as `after` to get the next page' }),
});
export type DeliveryMails = z.infer<typeof deliveryMails>;

/** The command waits in the deliveries queue. */
const accepted = z.object({
  delivery: z.string(),
  revision: z.string().meta({ description: 'The delivery has this revision once the command was carried out' }),
});

export type DeliverySummary = z.infer<typeof deliverySummary>;
/** As a client writes it. */
export type DeliveriesQuery = { after?: string | undefined; search?: string; state?: DeliveryState | undefined };
export type DeliveryState = (typeof DELIVERY_STATES)[number];
export type DeliveriesPage = z.infer<typeof deliveriesPage>;
export type DeliveryDetail = Omit<z.infer<typeof deliveryDetail>, 'report'> & { report?: Report };

const operators = { scope: Scope.operations, handler: 'api' } as const;
const command = { ...operators, method: 'POST', answer: accepted, status: 202 } as const;

export const DELIVERY_ROUTES: readonly Route[] = [
  {
    ...operators,
    method: 'GET',
    path: '/deliveries',
    query: deliveriesQuery,
    answer: deliveriesPage,
    summary: 'Deliveries, the most recent first',
  },
  {
    ...operators,
    method: 'GET',
    path: '/deliveries/{id}',
    answer: deliveryDetail,
    summary: 'One delivery with its report',
  },
  {
    ...operators,
    method: 'GET',
    path: '/deliveries/{id}/quarantine',
    type: 'text/csv',
    summary: 'Its quarantined rows with line and reason',
  },
  {
    ...operators,
    method: 'GET',
    path: '/deliveries/{id}/mails',
    query: deliveryMailsQuery,
    answer: deliveryMails,
    summary: 'What became of its mails, a page of subscribers at a time',
  },
  {
    ...command,
    path: '/deliveries/{id}/revoke',
    summary: 'Remove a delivery from the prices; subscribers who were mailed them get a correction',
  },
  {
    ...command,
    path: '/deliveries/{id}/replay',
    summary: 'Read the file of a delivery again, even if it was revoked or rejected',
  },
  {
    ...command,
    path: '/deliveries/{id}/release',
    summary: 'Apply a held revision',
  },
];
