import * as z from 'zod';
import { QUEUE_NAMES } from '../queue-names.ts';
import { Scope } from '../scopes.ts';
import type { Route } from './route.ts';

const count = z.int().nonnegative();
const queues = z.object({
  queues: z.array(
    z.object({
      name: z.enum(QUEUE_NAMES),
      holds: z.string().meta({ description: 'What its messages are about' }),
      waiting: count.meta({ description: 'Messages that wait, or wait for their next try' }),
      inProgress: count,
      deadLetters: count.meta({ description: 'Messages that failed on every try' }),
    }),
  ),
});
const redriven = z.object({
  sentBack: count,
  reasons: z.array(z.string()).meta({ description: 'Why each of them failed' }),
});

export type QueuesView = z.infer<typeof queues>;
export type Redriven = z.infer<typeof redriven>;

const operators = { scope: Scope.operations, handler: 'api' } as const;

export const QUEUE_ROUTES: readonly Route[] = [
  { ...operators, method: 'GET', path: '/queues', answer: queues, summary: 'Messages that wait, and dead letters' },
  {
    ...operators,
    method: 'POST',
    path: '/queues/{queue}/redrive',
    answer: redriven,
    summary: 'Send dead letters back to their queue, at most 100 at once',
  },
];
