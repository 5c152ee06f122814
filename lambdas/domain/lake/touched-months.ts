import { TOMBSTONE_YEAR } from '../../contracts/keys.ts';
import type { Manifest } from '../delivery/manifest.ts';

/** What the revisions of a delivery have touched: months (`2020-01`) of prices, and whether they retire tickers or have declarations. */
export type Touched = { months: string[]; hasNotices: boolean };

/** @param manifests of all revisions of a delivery: an earlier one may have rows where the newest has none */
export function touchedBy(manifests: readonly Manifest[]): Touched {
  const months = new Set<string>();
  let hasNotices = false;
  for (const years of manifests.flatMap((manifest) => Object.values(manifest))) {
    for (const [year, { first, last }] of Object.entries(years)) {
      if (year === TOMBSTONE_YEAR) hasNotices = true;
      else
        for (let month = Number(first.slice(0, 2)); month <= Number(last.slice(0, 2)); month++)
          months.add(`${year}-${String(month).padStart(2, '0')}`);
    }
  }
  return { months: [...months].sort(), hasNotices };
}
