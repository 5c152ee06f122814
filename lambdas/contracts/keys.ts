import { recordFolderOf } from './delivery-id.ts';
import type { RevisionId } from './revision.ts';

/** Year of the tombstone item, which retires a ticker or has its declarations: above every real year, so that `year >= from` always
 * includes it. */
export const TOMBSTONE_YEAR = '9999';

/** Sort key of one segment in the prices table: `2020#2020-01-10.incremental`. */
export const segmentKey = (year: string, delivery: string): string => `${year}#${delivery}`;

/** Sort key of a version of a segment that a later revision of its delivery replaced: `{segment key}@{revision}`. */
export const replacedSegmentKey = (year: string, delivery: string, revision: RevisionId): string =>
  `${segmentKey(year, delivery)}@${revision}`;

/** A delivery id ends with its kind, so an `@` after the kind starts a revision. */
const SEGMENT_KEY = /^(\d{4})#(.+\.(?:history|incremental))(@[\w.]+)?$/s;

/**
 * Splits a sort key of the prices table.
 * @throws Error if the text is not such a key
 */
export function parseSegmentKey(key: string): { year: string; delivery: string; isReplaced?: true } {
  const [, year, delivery, revision] = SEGMENT_KEY.exec(key) ?? [];
  if (!year || !delivery) throw new Error(`Expected a segment key like 2020#2020-01-10.incremental, found "${key}".`);
  return { year, delivery, ...(revision !== undefined && { isReplaced: true }) };
}

/** Prefix of the records of deliveries in the records bucket. */
export const RECORDS_PREFIX = 'deliveries/';

/** Prefix of everything that the records bucket has about a delivery. */
export const deliveryFolder = (delivery: string): string => `${RECORDS_PREFIX}${delivery}/`;

/** Keys of the files that ingest writes for one revision of a delivery, in the records bucket. */
export const recordKeys = (delivery: string, revision: RevisionId) => {
  const folder = `${deliveryFolder(delivery)}${revision}`;
  return {
    report: `${folder}/report.json`,
    manifest: `${folder}/manifest.json.gz`,
    /** Absent for a revision without rows. */
    rows: `${folder}/rows.${recordFolderOf({ feed: delivery }) ? 'jsonl' : 'csv'}.gz`,
    quarantine: `${folder}/quarantine.csv.gz`,
    changes: `${folder}/changes.json.gz`,
    /** One for each profile under which the revision was read. */
    checks: (profile: number) => `${folder}/checks${profile > 0 ? `.v${profile}` : ''}.json`,
  };
};

/** Prefix of the profiles of feeds in the records bucket. */
export const PROFILES_PREFIX = 'profiles/';

/** Folder of a feed's profiles. Feeds inside the feed have folders of their own in it. */
export const profileFolder = (feed: string): string => `${PROFILES_PREFIX}${feed && `${feed}/`}`;

/** Key of one version of a feed's profile: `profiles/eu/v000001.json`. */
export const profileKey = (feed: string, version: number): string =>
  `${profileFolder(feed)}v${String(version).padStart(6, '0')}.json`;

/** Days for which the ledger keeps a record. */
export const LEDGER_DAYS = 400;

/**
 * Days for which replaced segments are kept: longer than any ledger record whose mail displayed them, since a message may wait 45
 * days before its mail is sent (see NAMED_DAYS in domain/digest/displayed-segments.ts).
 */
export const REPLACED_DAYS = LEDGER_DAYS + 45;
