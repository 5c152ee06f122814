/** A delivery's identity, taken from its object key: `{feed/}{file_date}_{kind}.csv[.gz]`. */
export type DeliveryId = {
  /** `{feed/}{file_date}.{kind}`: the primary key of the delivery everywhere. */
  id: string;
  /** Folder of the drop bucket the file came in, without the slash; empty at the top. */
  feed: string;
  /** ISO date in the file's name. */
  fileDate: string;
  kind: 'history' | 'incremental';
};

const OBJECT_KEY = /^(?:(.+)\/)?(\d{4}-\d{2}-\d{2})_(history|incremental)\.csv(?:\.gz)?$/i;
/** UTF-8: with a feed's folder no longer than this, keys and mail tags stay within what AWS takes. */
const MAX_FEED_BYTES = 64;
/** A feed's name goes into messages, logs and pages: nothing in it may mean something there. */
const FEED = /^[^\p{C}\p{Zl}\p{Zp}<>"'`\\]*$/u;
/** As parts of a path these lead elsewhere. */
const PATH_PARTS = ['', '.', '..'];
const DELIVERY_ID = /^(?:(.+)\/)?(\d{4}-\d{2}-\d{2})\.(history|incremental)$/;

/** The delivery an object key names, or undefined where the name is not one of ours. */
export function deliveryOfKey(objectKey: string): DeliveryId | undefined {
  const [, feed = '', fileDate = '', kind = ''] = OBJECT_KEY.exec(objectKey) ?? [];
  const isPlain = feed === '' || !feed.split('/').some((part) => PATH_PARTS.includes(part));
  const isOurs = isRealDate(fileDate) && isPlain && FEED.test(feed) && Buffer.byteLength(feed) <= MAX_FEED_BYTES;
  return isOurs ? deliveryId(feed, fileDate, kind.toLowerCase()) : undefined;
}

/**
 * Parses `{feed/}{file_date}.{kind}`.
 * @throws Error where the text is not a delivery id
 */
export function parseDeliveryId(id: string): DeliveryId {
  const [, feed = '', fileDate = '', kind = ''] = DELIVERY_ID.exec(id) ?? [];
  if (!fileDate) throw new Error(`Expected a delivery id like 2020-01-10.incremental, found "${id}".`);
  return deliveryId(feed, fileDate, kind);
}

/** Order in which deliveries speak: file date, then history before incremental, then feed. Not arrival. */
export function compareDeliveries(a: DeliveryId, b: DeliveryId): number {
  // 'history' < 'incremental' holds alphabetically too.
  return compare(a.fileDate, b.fileDate) || compare(a.kind, b.kind) || compare(a.feed, b.feed);
}

/** True for a calendar date written YYYY-MM-DD, from 1800 to 2999. */
export function isRealDate(text: string): boolean {
  const [, y, m, d] = /^(1[89]\d\d|2\d\d\d)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!y) return false;
  const date = new Date(Date.UTC(Number(y), Number(m) - 1, Number(d)));
  return date.getUTCMonth() === Number(m) - 1 && date.getUTCDate() === Number(d);
}

const deliveryId = (feed: string, fileDate: string, kind: string): DeliveryId => ({
  id: `${feed ? `${feed}/` : ''}${fileDate}.${kind}`,
  feed,
  fileDate,
  kind: kind === 'history' ? 'history' : 'incremental',
});

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
