import type { Checks } from '../contracts/checks.ts';
import { TOMBSTONE_YEAR } from '../contracts/keys.ts';
import type { Manifest } from '../domain/delivery/manifest.ts';
import { type Segment, unpackRows } from '../domain/delivery/segment.ts';
import { fold } from '../domain/prices/fold.ts';
import { declaredSplits, splitRatio } from '../domain/prices/splits.ts';
import { confirms } from '../domain/prices/suspects.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import type { IngestPorts } from './ports.ts';
import { batches } from './replace-segments.ts';

/** More than a market has. */
const MAX_COMPARED = 20_000;
/** Segments of a history are large: not all are read at once. */
const READ_AT_ONCE = 1_000;
const MAX_JUMPS = 100;

/** The feed's delivery before. `jumps`: those that its checks found. */
export type DeliveryBefore = { id: string; manifest: Manifest; jumps: Checks['jumps'] };

export type ComparedCloses = Pick<Checks, 'unchangedCloses' | 'jumps' | 'probableSplits'>;
export const NOT_COMPARED: ComparedCloses = { unchangedCloses: { count: 0, of: 0 }, jumps: [], probableSplits: [] };

type Last = { date: string; close: string; split: string | undefined };

/** Compares the last close of each ticker with its last close in the delivery before. */
export async function compareCloses(
  { prices }: Pick<IngestPorts, 'prices'>,
  before: DeliveryBefore,
  segments: Iterable<Segment>,
): Promise<ComparedCloses> {
  const closes = lastCloses(segments, before.manifest);
  const unchangedCloses = { count: 0, of: 0 };
  const jumps: Checks['jumps'] = [];
  for await (const { ticker, own, was } of pairs(prices, before, closes)) {
    unchangedCloses.of++;
    if (own.close === was.close) unchangedCloses.count++;
    const isJump = !own.split && splitRatio(Number(was.close), Number(own.close)) !== undefined;
    if (isJump && jumps.length < MAX_JUMPS) jumps.push({ ticker, date: own.date, was: was.close, close: own.close });
  }
  const probableSplits: Checks['probableSplits'] = [];
  for (const jump of before.jumps) {
    const own = closes.get(jump.ticker);
    if (own && (await isProbable({ prices }, jump, own))) probableSplits.push({ ...jump, next: own.close });
  }
  return { unchangedCloses, jumps, probableSplits };
}

/** The last closes of both deliveries, where this one has a later date. */
async function* pairs(prices: IngestPorts['prices'], before: DeliveryBefore, closes: ReadonlyMap<string, Last>) {
  const keys = [...closes.keys()].map((ticker) => ({
    ticker,
    year: lastYear(before.manifest[ticker]) ?? '',
    delivery: before.id,
  }));
  for (const batch of batches(keys, READ_AT_ONCE)) {
    for (const segment of await prices.segmentsAt(batch)) {
      const [own, was] = [closes.get(segment.ticker), lastOf(segment)];
      if (own && was && own.date > was.date) yield { ticker: segment.ticker, own, was };
    }
  }
}

/** True if the next close confirms the level after a jump, and nobody has declared the split. */
async function isProbable(
  { prices }: Pick<IngestPorts, 'prices'>,
  { ticker, date, was, close }: Checks['jumps'][number],
  next: Last,
): Promise<boolean> {
  if (next.date <= date || !confirms(Number(next.close), Number(close), Number(was))) return false;
  const { current } = await readTicker(prices, ticker, String(Number(date.slice(0, 4)) - 1));
  return !declaredSplits(fold(ticker, current)).some((split) => split.date === date);
}

/** The last closes of the first tickers that the delivery before has too. */
function lastCloses(segments: Iterable<Segment>, manifest: Manifest): Map<string, Last> {
  const closes = new Map<string, Last>();
  for (const segment of segments) {
    const last = lastOf(segment);
    if (last && lastYear(manifest[segment.ticker])) closes.set(segment.ticker, last);
    if (closes.size === MAX_COMPARED) break;
  }
  return closes;
}

function lastOf(segment: Pick<Segment, 'year' | 'rows'>): Last | undefined {
  const row = unpackRows(segment).findLast(({ close }) => close !== undefined);
  if (row?.close === undefined) return undefined;
  const date = `${segment.year}-${row.day.slice(0, 2)}-${row.day.slice(2)}`;
  return { date, close: row.close, split: row.split };
}

/** The last year in which a delivery has rows of a ticker. */
const lastYear = (years: Manifest[string] | undefined): string | undefined =>
  Object.keys(years ?? {})
    .filter((year) => year !== TOMBSTONE_YEAR)
    .sort()
    .at(-1);
