import { newYorkClose } from '../calendar/new-york.ts';
import { unpackRows } from '../delivery/segment.ts';
import { historyOf, isGone, type Retirement } from './history.ts';
import type { StoredSegment } from './segment-version.ts';

/** One value a date has had. */
export type Version = {
  date: string;
  /** Exact decimal; undefined if the delivery deleted the observation. */
  close: string | undefined;
  delivery: string;
  /** 16:00 New York time on the delivery's file date (ISO instant), and on that of the next version; undefined while it is current. */
  validFrom: string;
  validTo: string | undefined;
};

/** Every version of every observation of one ticker, by date and validity. Retiring the ticker ends all of them. */
export function versions(ticker: string, segments: readonly StoredSegment[]): Version[] {
  const { known, retirements } = historyOf(ticker, segments);
  const freed = retirements.filter(({ ends }) => ends === 'name');
  const retired = new Map(retirements.map((retirement) => [retirement.segment, retirement]));
  const byDate = new Map<string, Version[]>();
  /** The name under which the last version of a date came. */
  const cameAs = new Map<string, string>();
  for (const segment of known) {
    if (isGone(segment, { retirements: freed })) continue;
    const { year, delivery, from } = segment;
    const validFrom = newYorkClose(from.fileDate);
    const retirement = retired.get(segment);
    if (retirement)
      for (const [date, known] of byDate) if (isEnded(retirement, cameAs.get(date))) end(known.at(-1), validFrom);
    for (const { day, close } of unpackRows(segment)) {
      const date = `${year}-${day.slice(0, 2)}-${day.slice(2)}`;
      const known = byDate.get(date) ?? [];
      end(known.at(-1), validFrom);
      byDate.set(date, [...known, { date, close, delivery, validFrom, validTo: undefined }]);
      cameAs.set(date, segment.ticker);
    }
  }
  return [...byDate.keys()].sort().flatMap((date) => byDate.get(date) ?? []);
}

const isEnded = ({ ends, segment }: Retirement, cameAs: string | undefined): boolean =>
  ends === 'ticker' || (ends === 'earlier holder' && segment.ticker === cameAs);

function end(version: Version | undefined, at: string): void {
  if (version && version.validTo === undefined) version.validTo = at;
}
