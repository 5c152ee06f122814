import * as z from 'zod';
import { Scope } from '../scopes.ts';
import type { Route } from './route.ts';

const article = z.object({
  headline: z.string(),
  url: z.string().optional(),
  source: z.string().optional(),
  published: z.string(),
  polarity: z.number().meta({ description: 'How positive the text is, from -1 to 1 (TextBlob)' }),
  finance: z.number().meta({ description: 'Words of rising less words of falling prices, from -1 to 1' }),
});
const fundamental = z.object({
  name: z.string().meta({ examples: ['Earnings per share'] }),
  value: z.string().meta({ description: 'Exact decimal, in units' }),
  kind: z.enum(['money', 'ratio', 'share']).meta({ description: '`share`: a fraction, 0.0041 is 0.41 %' }),
  unit: z.string().optional().meta({ description: 'Currency (ISO 4217)' }),
  date: z.string().meta({ description: 'Last day of its period' }),
});
const policyDate = z.object({
  type: z.string(),
  date: z.string(),
  time: z.string().optional().meta({ description: 'New York time' }),
  title: z.string(),
  url: z.string().optional(),
});
const facts = z.object({
  news: z.array(article).meta({ description: 'The latest articles' }),
  fundamentals: z.array(fundamental),
  policy: z.array(policyDate).meta({ description: 'The next dates that move markets' }),
});
export type Facts = z.infer<typeof facts>;

export const FACT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/tickers/{ticker}/facts',
    scope: Scope.subscriptions,
    handler: 'api',
    answer: facts,
    summary: 'News and fundamentals of a ticker, and the next policy dates, as far as they are collected',
  },
];
