import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  COLLECTED,
  type CollectRequest,
  collectRequest,
  factsOf,
  PROVIDER_NAMES,
  type ProviderName,
} from '../lambdas/contracts/collect.ts';
import { isRealDate } from '../lambdas/contracts/delivery-id.ts';
import { isTicker } from '../lambdas/contracts/ticker.ts';
import { calendarAt } from '../lambdas/domain/collect/market-calendar.ts';
import { WrongUsage } from './command-line.ts';

export const COLLECT_USAGE = `Usage: npm run collect -- PROVIDER [DATASET] [OPTIONS]
       (like npm run collect -- polygon --tickers AAPL,MSFT --from 2025-03-03 --to 2025-03-07)

Asks a market-data API, and drops what it answers into a running stack, like a vendor.
  PROVIDER             ${PROVIDER_NAMES.join(', ')}
  DATASET              ${COLLECTED.join(', ')} (prices)
  --tickers LIST       tickers, or series of macro; without them the provider's defaults
  --tickers-path FILE  the same from a file with one a line, like config/mag7.csv
  --from DATE --to DATE  without dates: the last session
  --backfill-days N    the last N sessions, as one history file
  --check              compares closes with the stored ones, and stores none
  --per-minute N       requests per minute, if your subscription allows other than the free one
  --dry-run            prints the plan, and what it costs
  --json DIR           also writes the records and the run as JSON files
  --recorded           asks the recorded vendor of npm start -- --collect: no key is needed
  --aws | --state DIR  the stack on AWS, which has keys of its own, or another local one
Keys of a local run come from the environment or .env (see .env.example).`;

/** Forty years. */
const MAX_SESSIONS = 10_000;

/** Options of `npm run collect`. */
export function readCollectOptions(args: readonly string[], now: number) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      tickers: { type: 'string' },
      'tickers-path': { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      'backfill-days': { type: 'string' },
      check: { type: 'boolean', default: false },
      'per-minute': { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'string' },
      recorded: { type: 'boolean', default: false },
      aws: { type: 'boolean', default: false },
      state: { type: 'string' },
    },
  });
  const [given, dataset = 'prices', ...more] = positionals;
  const provider = PROVIDER_NAMES.find((one) => one === given);
  if (!provider) throw new WrongUsage(`Expected a provider, found ${given ?? 'none'}.`);
  const known = COLLECTED.find((one) => one === dataset);
  if (!known || more.length > 0) throw new WrongUsage(`Expected one dataset, found ${[dataset, ...more].join(' ')}.`);
  const subjects = subjectsOf(values);
  if (known === 'prices' && subjects.length === 0)
    throw new WrongUsage('Expected --tickers or --tickers-path, found none.');
  if (values.aws && (values.recorded || values.json !== undefined))
    throw new WrongUsage('Expected --recorded and --json with a local stack, found --aws: AWS collects by itself.');
  const read = collectRequest.safeParse({
    provider,
    dataset: known,
    subjects,
    at: new Date(now).toISOString(),
    by: 'operator',
    role: values.check ? 'check' : 'primary',
    ...rangeOf(values, subjects, now),
    ...settingsOf(provider, values['per-minute']),
  });
  if (!read.success) throw new WrongUsage(read.error.issues.map(({ message }) => `${message}.`).join('\n'));
  return { request: read.data, ...values };
}

type Values = { tickers?: string; 'tickers-path'?: string; from?: string; to?: string; 'backfill-days'?: string };

function subjectsOf({ tickers, 'tickers-path': path }: Values): string[] {
  if (tickers !== undefined && path !== undefined)
    throw new WrongUsage('Expected --tickers or --tickers-path, found both.');
  // The first column of a file; its header is not a ticker.
  const lines =
    path === undefined
      ? []
      : readFileSync(path, 'utf8')
          .split(/\r?\n/)
          .map((line) => line.split(',')[0] ?? '');
  const found = (tickers?.split(',') ?? lines).map((one) => one.trim()).filter((one) => one !== '' && one !== 'ticker');
  const bad = found.find((one) => !isTicker(one));
  if (bad !== undefined) throw new WrongUsage(`Expected tickers, found ${JSON.stringify(bad)}.`);
  return [...new Set(found)];
}

function rangeOf(values: Values, [first = '']: readonly string[], now: number): Pick<CollectRequest, 'from' | 'to'> {
  const { from, to, 'backfill-days': days } = values;
  for (const date of [from, to])
    if (date !== undefined && !isRealDate(date))
      throw new WrongUsage(`Expected a date like 2025-03-07, found ${date}.`);
  if (from !== undefined && to !== undefined && from > to)
    throw new WrongUsage(`Expected --from before --to, found ${from} and ${to}.`);
  if (days === undefined) return { ...(from && { from }), ...(to && { to }) };
  if (from !== undefined) throw new WrongUsage('Expected --from or --backfill-days, found both.');
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > MAX_SESSIONS)
    throw new WrongUsage(`Expected a whole number from 1 to ${MAX_SESSIONS} in --backfill-days, found ${days}.`);
  const calendar = calendarAt(now);
  const last = to ?? calendar.lastSession(first);
  return { from: count === 1 ? last : calendar.sessionsBefore(first, last, count - 1), to: last };
}

function settingsOf(provider: ProviderName, perMinute: string | undefined) {
  const rate = Number(perMinute ?? factsOf(provider).perMinute);
  if (!(rate > 0)) throw new WrongUsage(`Expected a number above 0 in --per-minute, found ${perMinute}.`);
  return perMinute === undefined ? {} : { settings: { perMinute: rate } };
}
