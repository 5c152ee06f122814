import type { Collected } from '../lambdas/contracts/collect.ts';
import type { Dataset } from '../lambdas/contracts/dataset.ts';
import { checks } from './checks.ts';
import { fundamentals } from './fundamentals.ts';
import { macro } from './macro.ts';
import { news } from './news.ts';
import { policy } from './policy.ts';
import { quotes } from './quotes.ts';

/** The tables that collectors fill through files of JSON Lines. */
export const COLLECTED_DATASETS: Record<Exclude<Collected, 'prices'> | 'checks', Dataset> = {
  quotes,
  fundamentals,
  news,
  macro,
  policy,
  checks,
};
