import { type DeliveryId, parseDeliveryId } from '../contracts/delivery-id.ts';
import { type DeliveryRecord, saysNothing } from '../contracts/delivery-record.ts';
import { RETIRED_YEAR } from '../contracts/keys.ts';
import { fold } from '../domain/prices/fold.ts';
import type { StoredSegment } from '../domain/prices/segment-version.ts';
import { dayChange, type Series, seriesOf } from '../domain/prices/series.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';

const QUERIES_AT_ONCE = 10;
/** File dates that are looked at together; with more, reading them takes longer than a query for each ticker. */
const FILE_DATES = 2;
/** Deliveries are listed afresh after this, and what was worked out from them is forgotten. */
const KEPT_MS = 2_000;

export type LastClose = { date?: string; close?: string; dayChange?: number; suspect?: boolean };

/**
 * The last closes of a page of tickers, read together: the segments of the latest deliveries hold them as a rule, and a
 * few batches get them all. A ticker of which that does not tell is queried by itself. A page that many look at within two
 * seconds is read once.
 */
export function lastCloses(ports: Pick<ApiPorts, 'prices' | 'deliveries' | 'now'>, settings: ApiSettings) {
  let kept: { latest: Latest; closes: Map<string, LastClose>; readAt: number } | undefined;

  const known = async () => {
    if (!kept || kept.readAt + KEPT_MS < ports.now()) {
      const readAt = ports.now();
      kept = { latest: latestOf((await ports.deliveries.all()).records), closes: new Map(), readAt };
    }
    return kept;
  };
  const queried = async (ticker: string): Promise<LastClose> => {
    const { standing } = await ports.prices.segmentsOf(ticker, '0');
    return describe(seriesOf(ticker, fold(standing), settings.suspectMove));
  };
  const together = async (tickers: readonly string[], latest: Latest, closes: Map<string, LastClose>) => {
    const segments = Map.groupBy(await ports.prices.segmentsAt(keysOf(tickers, latest)), ({ ticker }) => ticker);
    for (const ticker of tickers) {
      const close = certain(ticker, segments.get(ticker) ?? [], latest, settings);
      if (close) closes.set(ticker, close);
    }
  };

  return async (tickers: readonly string[]): Promise<ReadonlyMap<string, LastClose>> => {
    if (tickers.length < 2)
      return new Map(await Promise.all(tickers.map(async (one) => [one, await queried(one)] as const)));
    const { latest, closes } = await known();
    const missing = () => tickers.filter((ticker) => !closes.has(ticker));
    if (missing().length > 0) await together(missing(), latest, closes);
    await concurrently(missing(), QUERIES_AT_ONCE, async (ticker) => void closes.set(ticker, await queried(ticker)));
    return closes;
  };
}

type Latest = {
  deliveries: DeliveryId[];
  years: string[];
  /** What these deliveries say of this date (ISO) and later ones is all there is. */
  from: string;
};

/** The deliveries of the last file dates. No row is dated after its file, so those before say nothing of later dates. */
function latestOf(records: readonly DeliveryRecord[]): Latest {
  // Of one that is unfinished or rejected something may stand too; files of other names have no rows.
  const named = records
    .filter((record) => !saysNothing(record) || record.applied)
    .map(({ delivery }) => parseDeliveryId(delivery));
  const dates = [...new Set(named.map(({ fileDate }) => fileDate))].sort().reverse();
  const considered = dates.slice(0, FILE_DATES);
  const last = considered.at(-1) ?? '';
  const isAll = dates.length <= FILE_DATES;
  const years = [...new Set(considered.map((date) => date.slice(0, 4)))];
  return {
    deliveries: named.filter(({ fileDate }) => fileDate >= last),
    years,
    from: isAll ? `${years.at(-1) ?? RETIRED_YEAR}-01-01` : last,
  };
}

const keysOf = (tickers: readonly string[], { deliveries, years }: Latest) =>
  tickers.flatMap((ticker) =>
    deliveries.flatMap(({ id: delivery, fileDate, kind }) => {
      // Only an incremental file retires, and none has rows of a later year.
      const said = [...years.filter((year) => year <= fileDate), ...(kind === 'incremental' ? [RETIRED_YEAR] : [])];
      return said.map((year) => ({ ticker, year, delivery }));
    }),
  );

/** The last close, where these segments alone decide on it and on the one before; undefined where others may. */
function certain(
  ticker: string,
  segments: readonly StoredSegment[],
  { from }: Latest,
  { suspectMove }: ApiSettings,
): LastClose | undefined {
  const observations = fold(segments.filter(({ rows }) => rows !== '')).filter(({ date }) => date >= from);
  const series = seriesOf(ticker, observations, suspectMove);
  // What is suspect depends on all closes before.
  return series && observations.length > 1 && series.suspects.size === 0 ? describe(series) : undefined;
}

function describe(series: Series | undefined): LastClose {
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
