import { addDays } from '../../contracts/dates.ts';
import type { DeliveryId } from '../../contracts/delivery-id.ts';
import type { Problem } from '../../contracts/report.ts';

const FIRST_FILE_DATE = '1970-01-01';
/** Weekends, holidays and time zones explain a file date a few days ahead of the upload; a later date is mistyped. */
const MAX_DAYS_AHEAD = 7;

/**
 * Checks the date in a file name. A mistyped year would sort the file after all later ones, and its closes outside of all charts.
 * @param droppedAt ISO instant of the upload
 * @returns undefined if the date is plausible
 */
export function fileDateProblem({ fileDate }: DeliveryId, droppedAt: string): Problem | undefined {
  const last = addDays(droppedAt.slice(0, 10), MAX_DAYS_AHEAD);
  if (fileDate >= FIRST_FILE_DATE && fileDate <= last) return undefined;
  const expected = `a file date from ${FIRST_FILE_DATE} to ${last}, at most ${MAX_DAYS_AHEAD} days after the upload; rename the file and upload it again`;
  return { expected, found: fileDate };
}
