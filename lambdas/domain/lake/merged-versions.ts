import type { LakeRow } from '../../contracts/dataset.ts';
import type { AcceptedRow } from '../delivery/accepted-rows.ts';
import type { LakeDelivery } from './lake-delivery.ts';
import { bySortOrder } from './sort-order.ts';

const ORDER = ['ticker', 'date', 'precedence'];

/**
 * The versions of one month after a delivery: those of other deliveries, and the delivery's own rows. The validity of each is computed
 * anew, so that the order in which deliveries come does not matter.
 * @param before rows of price_versions
 * @param rows of the delivery (see versionOf), one for each ticker and date
 */
export function mergedVersions(before: readonly LakeRow[], own: LakeDelivery, rows: readonly LakeRow[]): LakeRow[] {
  const others = before.filter(({ delivery }) => delivery !== own.delivery);
  return withValidity([...others, ...rows]);
}

/** The version that a row of a delivery makes. */
export function versionOf({ delivery, revision, precedence, validFrom }: LakeDelivery, row: AcceptedRow): LakeRow {
  return {
    ticker: row.ticker,
    date: row.date,
    open: row.open || null,
    high: row.high || null,
    low: row.low || null,
    close: row.close || null,
    volume: row.volume || null,
    split: row.split || null,
    delivery,
    revision,
    valid_from: validFrom,
    valid_to: null,
    precedence,
  };
}

/** A version is valid until the next one of its ticker and date. */
function withValidity(rows: LakeRow[]): LakeRow[] {
  const sorted = rows.sort(bySortOrder(ORDER));
  return sorted.map((row, i) => {
    const next = sorted[i + 1];
    const isSuperseded = next !== undefined && next['ticker'] === row['ticker'] && next['date'] === row['date'];
    const validTo = isSuperseded ? (next['valid_from'] ?? null) : null;
    return validTo === row['valid_to'] ? row : { ...row, valid_to: validTo };
  });
}
