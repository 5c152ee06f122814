import * as z from 'zod';
import { Scope } from '../scopes.ts';
import type { Route } from './route.ts';

const date = z.iso.date();
const ratio = z
  .string()
  .max(20)
  .meta({ description: 'New shares per old', examples: ['4:1', '0.1'] });
const ticker = z.string().trim().max(64);

export const splitBody = z.strictObject({
  date: date.meta({ description: 'The ex-date: the first day on the new scale; it may lie ahead' }),
  ratio,
});
export const renameBody = z.strictObject({
  to: ticker.meta({ description: 'The new name' }),
  date: date.meta({ description: 'The first day of the new name; it may lie ahead' }),
  reusesName: z.boolean().default(false).meta({
    description: 'True if another ticker had the new name before: closes before the date are not of this one',
  }),
});
/** The file of declarations waits in the deliveries queue. */
const declared = z.object({
  delivery: z.string().meta({ description: 'The delivery that has the declaration' }),
  changed: z.boolean().meta({ description: 'False if it was declared already' }),
});
const declarations = z.object({
  ticker: z.string().meta({ description: 'The name it has now' }),
  splits: z.array(
    z.object({
      date,
      ratio,
      kind: z.enum(['declared', 'probable']).meta({
        description:
          'declared: by an operator or the vendor; probable: a jump that looks like a split and rescales nothing',
      }),
      closes: z.enum(['raw', 'already adjusted', 'contradicting', 'none before', 'none yet']).meta({
        description: 'What the closes around it show. Only `raw` ones are rescaled',
      }),
      delivery: z.string().optional().meta({ description: 'The delivery in which an operator declared it' }),
    }),
  ),
  renames: z.array(z.object({ from: ticker, to: ticker, date, delivery: z.string() })),
});

export type Declarations = z.infer<typeof declarations>;

const operators = { scope: Scope.operations, handler: 'api' } as const;

export const DECLARATION_ROUTES: readonly Route[] = [
  {
    ...operators,
    method: 'GET',
    path: '/tickers/{ticker}/declarations',
    answer: declarations,
    summary: 'Splits and renames of a ticker, with what its closes show',
  },
  {
    ...operators,
    method: 'POST',
    path: '/tickers/{ticker}/splits',
    body: splitBody,
    answer: declared,
    status: 202,
    summary: 'Declare a split: closes before it are rescaled where they show it',
  },
  {
    ...operators,
    method: 'DELETE',
    path: '/tickers/{ticker}/splits/{date}',
    answer: declared,
    status: 202,
    summary: 'Take the declaration of a split back',
  },
  {
    ...operators,
    method: 'POST',
    path: '/tickers/{ticker}/rename',
    body: renameBody,
    answer: declared,
    status: 202,
    summary: 'Declare that a ticker has a new name: who follows the old one sees the new one',
  },
  {
    ...operators,
    method: 'DELETE',
    path: '/tickers/{ticker}/rename',
    answer: declared,
    status: 202,
    summary: 'Take the rename of this name back',
  },
];
