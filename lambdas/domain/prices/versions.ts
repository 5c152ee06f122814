import { newYorkClose } from '../calendar/new-york.ts';
import { unpackRows } from '../delivery/segment.ts';
import { identityOf } from './identity.ts';
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
  const { known, retirements, isOwn } = identityOf(ticker, segments);
  const byDate = new Map<string, Version[]>();
  for (const segment of known) {
    const { year, delivery, from } = segment;
    const validFrom = newYorkClose(from.fileDate);
    if (retirements.includes(segment)) for (const earlier of byDate.values()) end(earlier.at(-1), validFrom);
    for (const { day, close } of unpackRows(segment)) {
      const date = `${year}-${day.slice(0, 2)}-${day.slice(2)}`;
      if (!isOwn(segment, date)) continue;
      const earlier = byDate.get(date) ?? [];
      end(earlier.at(-1), validFrom);
      byDate.set(date, [...earlier, { date, close, delivery, validFrom, validTo: undefined }]);
    }
  }
  return [...byDate.keys()].sort().flatMap((date) => byDate.get(date) ?? []);
}

function end(version: Version | undefined, at: string): void {
  if (version && version.validTo === undefined) version.validTo = at;
}
