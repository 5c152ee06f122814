import type { Checks } from '../contracts/checks.ts';
import { addDays } from '../contracts/dates.ts';
import { parseDeliveryId } from '../contracts/delivery-id.ts';
import { TOMBSTONE_YEAR } from '../contracts/keys.ts';
import type { Manifest } from '../domain/delivery/manifest.ts';
import { type Segment, unpackRows } from '../domain/delivery/segment.ts';
import { folded } from '../domain/prices/fold.ts';
import { TopMovers } from '../domain/prices/movers.ts';
import { declaredSplits, splitRatio } from '../domain/prices/splits.ts';
import { confirms } from '../domain/prices/suspects.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import type { IngestPorts } from './ports.ts';

/** More than a market has. */
const MAX_COMPARED = 20_000;
const MAX_JUMPS = 100;
/** A ticker without a close for this long is not asked about. */
const MAX_DAYS_OPEN = 14;
/** Closes of a ticker that are compared: a history has many. */
const MAX_CLOSES = 10;
/** The next close confirms a jump if it is this near (0.5 is 50 %). */
const NEAR = 0.5;

/** The feed's delivery before. `jumps`: those that its checks found. */
export type DeliveryBefore = { id: string; manifest: Manifest; jumps: Checks['jumps'] };

export type ComparedCloses = Pick<Checks, 'unchangedCloses' | 'suspectCloses' | 'jumps' | 'probableSplits' | 'movers'>;
export const NOT_COMPARED: ComparedCloses = {
  unchangedCloses: { count: 0, of: 0 },
  suspectCloses: { count: 0, of: 0 },
  jumps: [],
  probableSplits: [],
  movers: [],
};

/** A close that moved by more (0.5 is 50 %) is suspect, unless a split is declared. */
const LARGE_MOVE = 0.5;

type Close = { date: string; close: string; split?: string };
/** Closes of a ticker by date. */
type Closes = [Close, ...Close[]];

/** Compares the closes of each ticker with its last close in the delivery before. */
export async function compareCloses(
  { prices }: Pick<IngestPorts, 'prices'>,
  before: DeliveryBefore,
  segments: Iterable<Segment>,
): Promise<ComparedCloses> {
  const closes = closesOf(segments);
  const counts = new MoveCounts();
  const open = before.jumps.map((jump) => ({ jump, ...nextClose(jump, closes.get(jump.ticker)) }));
  const confirmed = open.flatMap(({ jump, next }) => (next && isConfirmed(jump, next) ? [{ ...jump, next }] : []));
  const jumps: Checks['jumps'] = [];
  const movers = new TopMovers();
  for (const { ticker, was, own } of pairs(before, closes)) {
    counts.add(was, own);
    movers.add(ticker, own.at(-2) ?? was, own.at(-1));
    for (const { next, ...jump } of jumpsIn(ticker, [was, ...own])) {
      if (next === undefined) jumps.push(jump);
      else if (isConfirmed(jump, next)) confirmed.push({ ...jump, next });
    }
  }
  const probableSplits: Checks['probableSplits'] = [];
  for (const split of confirmed) if (!(await isDeclaredSplit(prices, split))) probableSplits.push(split);
  // The next close of the others may be in the next file.
  const oldest = addDays(parseDeliveryId(before.id).fileDate, -MAX_DAYS_OPEN);
  const left = open.filter(({ jump, next, isCorrected }) => !next && !isCorrected && jump.date >= oldest);
  jumps.push(...left.map(({ jump }) => jump));
  return { ...counts.shares(), jumps: jumps.slice(0, MAX_JUMPS), probableSplits, movers: movers.list() };
}

/** Counts closes that did not move, and those that moved far. */
class MoveCounts {
  #of = 0;
  #unchanged = 0;
  #large = 0;

  /** @param was the close before the first one of `own` */
  add(was: Close, own: Closes): void {
    const now = own.at(-1) ?? own[0];
    const move = Number(now.close) / Number((own.at(-2) ?? was).close) - 1;
    this.#of++;
    if (now.close === was.close) this.#unchanged++;
    if (!now.split && Math.abs(move) > LARGE_MOVE) this.#large++;
  }

  shares = (): Pick<Checks, 'unchangedCloses' | 'suspectCloses'> => ({
    unchangedCloses: { count: this.#unchanged, of: this.#of },
    suspectCloses: { count: this.#large, of: this.#of },
  });
}

/** The first close after a jump; undefined if there is none yet, or the file corrects the close of the jump. */
function nextClose({ date, close }: Checks['jumps'][number], own: Closes | undefined) {
  const again = own?.find((one) => one.date === date);
  const isCorrected = again !== undefined && (again.split !== undefined || again.close !== close);
  const next = isCorrected ? undefined : own?.find((one) => one.date > date)?.close;
  return { next, isCorrected };
}

/** Jumps between neighbours that look like a split, with the close after. */
function jumpsIn(ticker: string, [first, ...rest]: Closes): (Checks['jumps'][number] & { next: string | undefined })[] {
  return rest.flatMap(({ date, close, split }, i) => {
    const was = (rest[i - 1] ?? first).close;
    if (split || splitRatio(Number(was), Number(close)) === undefined) return [];
    return [{ ticker, date, was, close, next: rest[i + 1]?.close }];
  });
}

const isConfirmed = ({ was, close }: Checks['jumps'][number], next: string): boolean =>
  confirms(Number(next), Number(close), Number(was), NEAR);

/** True if somebody has declared the split. */
async function isDeclaredSplit(
  prices: IngestPorts['prices'],
  { ticker, date }: Checks['jumps'][number],
): Promise<boolean> {
  const { current } = await readTicker(prices, ticker, String(Number(date.slice(0, 4)) - 1));
  const { observations, identity } = folded(ticker, current);
  const isOfDate = (one: { date: string }) => one.date === date;
  return identity.splits.some(isOfDate) || declaredSplits(observations).some(isOfDate);
}

/** The closes of both deliveries, where this one has later dates. */
function* pairs({ manifest }: DeliveryBefore, closes: ReadonlyMap<string, Closes>) {
  for (const [ticker, all] of closes) {
    const was = lastCloseIn(manifest[ticker]);
    const [first, ...rest] = all.filter(({ date }) => was && date > was.date);
    if (was && first) yield { ticker, was, own: [first, ...rest] as Closes };
  }
}

/** The closes of the first tickers, in their last year. */
function closesOf(segments: Iterable<Segment>): Map<string, Closes> {
  const found = new Map<string, Closes>();
  for (const segment of segments) {
    const closes = closesIn(segment);
    if (closes) found.set(segment.ticker, closes);
    if (found.size === MAX_COMPARED) break;
  }
  return found;
}

/** The last closes of a segment, by date; undefined if it has none. */
function closesIn(segment: Pick<Segment, 'year' | 'rows'>): Closes | undefined {
  const rows = unpackRows(segment).slice(-MAX_CLOSES);
  const [first, ...rest] = rows.flatMap(({ day, close, split }): Close[] => {
    const date = `${segment.year}-${day.slice(0, 2)}-${day.slice(2)}`;
    return close === undefined ? [] : [{ date, close, ...(split && { split }) }];
  });
  return first && [first, ...rest];
}

/** The last close of a ticker in a delivery, of the last year in which it has rows. */
function lastCloseIn(years: Manifest[string] | undefined): Close | undefined {
  const [year, entry] =
    Object.entries(years ?? {})
      .filter(([one]) => one !== TOMBSTONE_YEAR)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .at(-1) ?? [];
  const [day = '', close] = entry?.close?.split(' ') ?? [];
  return close === undefined ? undefined : { date: `${year}-${day.slice(0, 2)}-${day.slice(2)}`, close };
}
