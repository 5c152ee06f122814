import { type DeliveryId, isDeclared, parseDeliveryId } from '../contracts/delivery-id.ts';
import { type DeliveryRecord, mayHavePrices } from '../contracts/delivery-record.ts';
import { TOMBSTONE_YEAR } from '../contracts/keys.ts';
import { fold, folded } from '../domain/prices/fold.ts';
import type { StoredSegment } from '../domain/prices/segment-version.ts';
import { dayChange, type Series, seriesOf } from '../domain/prices/series.ts';
import { readTicker } from '../pricing/read-ticker.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';

const QUERIES_AT_ONCE = 10;
/** Number of file dates read together. With more, one query per ticker is faster. */
const FILE_DATES = 2;
/** The list of deliveries, and the closes derived from it, are cached for this long. */
const CACHE_MS = 2_000;

/** `renamedTo`: the name that the ticker has now. */
export type LastClose = { renamedTo?: string; date?: string; close?: string; dayChange?: number; suspect?: boolean };

/**
 * Reads the last closes of a page of tickers. Usually the segments of the latest deliveries have them, and a few batches read them all.
 * Other tickers are queried one by one. Requests for the same page within two seconds share one read.
 */
export function lastCloses(ports: Pick<ApiPorts, 'prices' | 'deliveries' | 'tickers' | 'now'>, settings: ApiSettings) {
  let cached: { latest: Latest; declared: Set<string>; closes: Map<string, LastClose>; readAt: number } | undefined;

  const recent = async () => {
    if (!cached || cached.readAt + CACHE_MS < ports.now()) {
      const readAt = ports.now();
      const [{ records }, declared] = await Promise.all([ports.deliveries.all(), ports.tickers.declared()]);
      cached = { latest: latestOf(records), declared: new Set(declared), closes: new Map(), readAt };
    }
    return cached;
  };
  const queried = async (ticker: string): Promise<LastClose> => {
    const { current } = await readTicker(ports.prices, ticker, '0');
    const { observations, ticker: name } = folded(ticker, current);
    const renamed = name !== ticker && { renamedTo: name };
    return { ...describeClose(seriesOf(name, observations, settings.suspectMove)), ...renamed };
  };
  const together = async (tickers: readonly string[], latest: Latest, closes: Map<string, LastClose>) => {
    const segments = Map.groupBy(await ports.prices.segmentsAt(keysOf(tickers, latest)), ({ ticker }) => ticker);
    for (const ticker of tickers) {
      const close = closeIn(ticker, segments.get(ticker) ?? [], latest, settings);
      if (close) closes.set(ticker, close);
    }
  };

  return async (tickers: readonly string[]): Promise<ReadonlyMap<string, LastClose>> => {
    if (tickers.length < 2)
      return new Map(await Promise.all(tickers.map(async (one) => [one, await queried(one)] as const)));
    const { latest, declared, closes } = await recent();
    const missing = () => tickers.filter((ticker) => !closes.has(ticker));
    // A declaration is in a delivery of any date.
    const undeclared = missing().filter((ticker) => !declared.has(ticker));
    if (undeclared.length > 0) await together(undeclared, latest, closes);
    await concurrently(missing(), QUERIES_AT_ONCE, async (ticker) => void closes.set(ticker, await queried(ticker)));
    return closes;
  };
}

type Latest = {
  deliveries: DeliveryId[];
  years: string[];
  /** Only these deliveries have rows for this date (ISO) and later ones. */
  from: string;
};

/** The deliveries of the last file dates. No row is dated after its file, so earlier files have no rows for later dates. */
function latestOf(records: readonly DeliveryRecord[]): Latest {
  // Includes unfinished deliveries, and rejected ones whose earlier revision is applied.
  const named = records
    .filter((record) => mayHavePrices(record) || record.applied)
    .map(({ delivery }) => parseDeliveryId(delivery))
    .filter((delivery) => !isDeclared(delivery));
  const dates = [...new Set(named.map(({ fileDate }) => fileDate))].sort().reverse();
  const considered = dates.slice(0, FILE_DATES);
  const last = considered.at(-1) ?? '';
  const isAll = dates.length <= FILE_DATES;
  const years = [...new Set(considered.map((date) => date.slice(0, 4)))];
  return {
    deliveries: named.filter(({ fileDate }) => fileDate >= last),
    years,
    from: isAll ? `${years.at(-1) ?? TOMBSTONE_YEAR}-01-01` : last,
  };
}

const keysOf = (tickers: readonly string[], { deliveries, years }: Latest) =>
  tickers.flatMap((ticker) =>
    deliveries.flatMap(({ id: delivery, fileDate, kind }) => {
      // Only an incremental file retires, and none has rows of a later year.
      const ownYears = [
        ...years.filter((year) => year <= fileDate),
        ...(kind === 'incremental' ? [TOMBSTONE_YEAR] : []),
      ];
      return ownYears.map((year) => ({ ticker, year, delivery }));
    }),
  );

/** The last close, if these segments contain it and the close before; undefined if other segments may change it. */
function closeIn(
  ticker: string,
  segments: readonly StoredSegment[],
  { from }: Latest,
  { suspectMove }: ApiSettings,
): LastClose | undefined {
  const observations = fold(
    ticker,
    segments.filter(({ rows }) => rows !== ''),
  ).filter(({ date }) => date >= from);
  const series = seriesOf(ticker, observations, suspectMove);
  // Whether a close is suspect depends on all closes before it.
  return series && observations.length > 1 && series.suspects.size === 0 ? describeClose(series) : undefined;
}

/** The last close of a series for an answer. */
export function describeClose(series: Series | undefined): LastClose {
  if (!series) return {};
  const { last, suspects } = series;
  const change = dayChange(series);
  return {
    date: last.date,
    close: last.close,
    ...(change !== undefined && { dayChange: change }),
    ...(suspects.has(last.date) && { suspect: true }),
  };
}
