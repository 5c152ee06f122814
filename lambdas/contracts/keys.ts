/** Sort key of the tombstone that retires a ticker: above every real year, so `year >= from` always sees it. */
export const RETIRED_YEAR = '9999';

/** Sort key of one segment in the prices table. */
export const segmentKey = (year: string, delivery: string): string => `${year}#${delivery}`;

/** The year and delivery a prices sort key names. */
export function parseSegmentKey(key: string): { year: string; delivery: string } {
  const hash = key.indexOf('#');
  return { year: key.slice(0, hash), delivery: key.slice(hash + 1) };
}

/** Keys of what ingest writes about one revision of a delivery in the records bucket. */
export const recordKeys = (delivery: string, revision: string) => {
  const folder = `deliveries/${delivery}/${revision}`;
  return {
    report: `${folder}/report.json`,
    manifest: `${folder}/manifest.json.gz`,
    quarantine: `${folder}/quarantine.csv.gz`,
    changes: `${folder}/changes.json.gz`,
  };
};

/** Sort key of the ledger: by drop time, so that a subscriber's last digest is one backward query. */
export const digestKey = (droppedAt: string, delivery: string, revision: string): string =>
  `${droppedAt}#${delivery}#${revision}`;
