import { addDays } from '../../contracts/dates.ts';
import type { DeliveryId } from '../../contracts/delivery-id.ts';
import type { Problem } from '../../contracts/report.ts';

const FIRST_FILE_DATE = '1970-01-01';
/** A file may be dated ahead of its drop by weekends, holidays and time zones, not by a slip of the year. */
const MAX_DAYS_AHEAD = 7;

/**
 * What is wrong with the date in a file's name; undefined where it is plausible. A mistyped year would put its closes in front of
 * every later one, outside all charts and mails.
 * @param droppedAt ISO instant
 */
export function fileDateProblem({ fileDate }: DeliveryId, droppedAt: string): Problem | undefined {
  const last = addDays(droppedAt.slice(0, 10), MAX_DAYS_AHEAD);
  if (fileDate >= FIRST_FILE_DATE && fileDate <= last) return undefined;
  const expected = `a file date from ${FIRST_FILE_DATE} to ${last}, at most ${MAX_DAYS_AHEAD} days after the drop; rename the file and drop it again`;
  return { expected, found: fileDate };
}
