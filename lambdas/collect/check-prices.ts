import { checks } from '../../datasets/checks.ts';
import type { Difference, RunRecord } from '../contracts/run-record.ts';
import type { PriceGoal } from '../domain/collect/price-targets.ts';
import type { Endpoint, PricePart } from '../domain/collect/provider.ts';
import { fold } from '../domain/prices/fold.ts';
import type { FlatRecord } from '../domain/records/flat-record.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import { priceAnswers } from './gather-prices.ts';
import type { Run } from './run.ts';
import { addRecords } from './write-records.ts';

/** Closes that differ by more are reported (0.001 is 0.1 %). */
const TOLERANCE = 0.001;
const LISTED = 100;

/** Compares the closes of a provider with the stored ones, and keeps both in the lake. Nothing reaches prices and mails. */
export async function checkPrices(
  run: Run,
  endpoint: Endpoint<PricePart>,
  goals: readonly PriceGoal[],
): Promise<Pick<RunRecord, 'files' | 'compared' | 'differing' | 'differences'>> {
  const { provider } = run.request;
  const records: FlatRecord[] = [];
  const pairs: Difference[] = [];
  for (const goal of goals.filter(({ isBeside }) => !isBeside)) {
    for await (const { ticker, rows } of priceAnswers(run, endpoint, goal)) {
      const stored = await storedCloses(run, ticker, goal.from);
      for (const { date, close: other } of rows.values()) {
        const close = stored.get(date);
        records.push({ ticker, provider, date, close: other, stored: close ?? null });
        if (close !== undefined) pairs.push({ ticker, date, close, other });
      }
    }
  }
  const differences = pairs.filter(({ close, other }) => Math.abs(Number(other) / Number(close) - 1) > TOLERANCE);
  return {
    files: await addRecords(run, checks, records),
    compared: pairs.length,
    differing: differences.length,
    differences: differences.slice(0, LISTED),
  };
}

/** The current closes of a ticker from a date on, as they were traded. */
async function storedCloses({ ports }: Run, ticker: string, from: string): Promise<Map<string, string>> {
  const { current } = await readTicker(ports.prices, ticker, from.slice(0, 4));
  return new Map(fold(ticker, current).map(({ date, close }) => [date, close]));
}
