import { RETIRED_YEAR } from '../../contracts/keys.ts';
import { newYorkClose } from '../calendar/new-york-close.ts';
import { unpackRows } from '../delivery/segment.ts';
import { orderedSegments, type StoredSegment } from './segment-version.ts';

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
export function versions(segments: readonly StoredSegment[]): Version[] {
  const byDate = new Map<string, Version[]>();
  const end = (version: Version | undefined, at: string) => {
    if (version && version.validTo === undefined) version.validTo = at;
  };
  for (const { year, rows, delivery, from } of orderedSegments(segments)) {
    const validFrom = newYorkClose(from.fileDate);
    if (year === RETIRED_YEAR) for (const known of byDate.values()) end(known.at(-1), validFrom);
    for (const { day, close } of unpackRows({ year, rows })) {
      const date = `${year}-${day.slice(0, 2)}-${day.slice(2)}`;
      const known = byDate.get(date) ?? [];
      end(known.at(-1), validFrom);
      byDate.set(date, [...known, { date, close, delivery, validFrom, validTo: undefined }]);
    }
  }
  return [...byDate.keys()].sort().flatMap((date) => byDate.get(date) ?? []);
}
