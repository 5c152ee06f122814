/** Sort key of the tombstone that retires a ticker: above every real year, so `year >= from` always sees it. */
export const RETIRED_YEAR = '9999';

/** Sort key of one segment in the prices table. */
export const segmentKey = (year: string, delivery: string): string => `${year}#${delivery}`;

/** Sort key of a version of a segment that a later revision of its delivery has replaced. */
export const replacedSegmentKey = (year: string, delivery: string, revision: string): string =>
  `${segmentKey(year, delivery)}@${revision}`;

/** A delivery's id ends with its kind, so what follows an `@` behind that can only be a revision. */
const SEGMENT_KEY = /^(\d{4})#(.+\.(?:history|incremental))(@[0-9A-Fa-f]+)?$/s;

/**
 * The year and delivery a prices sort key names, and whether it is that of a replaced version.
 * @throws Error where the text is no such key
 */
export function parseSegmentKey(key: string): { year: string; delivery: string; isReplaced?: true } {
  const [, year, delivery, revision] = SEGMENT_KEY.exec(key) ?? [];
  if (!year || !delivery) throw new Error(`Expected a segment key like 2020#2020-01-10.incremental, found "${key}".`);
  return { year, delivery, ...(revision !== undefined && { isReplaced: true }) };
}

/** Where everything about the revisions of a delivery is, in the records bucket. */
export const deliveryFolder = (delivery: string): string => `deliveries/${delivery}/`;

/** Keys of what ingest writes about one revision of a delivery in the records bucket. */
export const recordKeys = (delivery: string, revision: string) => {
  const folder = `${deliveryFolder(delivery)}${revision}`;
  return {
    report: `${folder}/report.json`,
    manifest: `${folder}/manifest.json.gz`,
    quarantine: `${folder}/quarantine.csv.gz`,
    changes: `${folder}/changes.json.gz`,
  };
};

/** One revision of a delivery, and when the vendor dropped it (ISO instant with milliseconds). */
export type Revision = { droppedAt: string; delivery: string; revision: string };

/**
 * Orders all revisions of all deliveries by when they were dropped. Sort key of the ledger, so that a subscriber's
 * last digest is one backward query.
 */
export const revisionKey = ({ droppedAt, delivery, revision }: Revision): string =>
  `${droppedAt}#${delivery}#${revision}`;

/** What stands where no revision says anything: older than all of them. */
export const BEFORE_ALL = { revision: '0', droppedAt: new Date(0).toISOString() } as const;

/** When the revision that a key names was dropped (ISO instant). */
export const droppedAtOf = (key: string): string => key.slice(0, key.indexOf('#'));

/**
 * For how long the ledger remembers what a subscriber was told. Replaced segments are kept as long: they say what
 * was known then.
 */
export const LEDGER_DAYS = 400;

/** What a segment said before is kept for longer than any record of a mail that showed it: its drop may have waited that long. */
export const REPLACED_DAYS = LEDGER_DAYS + 45;
