import { COLLECTED } from './collect.ts';

/** Identity of a delivery, parsed from its object key `{feed/}{file_date}_{kind}.csv`, also with .tsv, .gz or .zip; .jsonl for records. */
export type DeliveryId = {
  /** `{feed/}{file_date}.{kind}`, like `eu/2020-01-10.incremental`: the primary key of the delivery. */
  id: string;
  /** Folder in the drop bucket, without the trailing slash; empty at the top level. */
  feed: string;
  /** ISO date in the file name. */
  fileDate: string;
  kind: 'history' | 'incremental';
};

const OBJECT_KEY = /^(?:(.+)\/)?(\d{4}-\d{2}-\d{2})_(history|incremental)\.((?:[ct]sv|jsonl)(?:\.gz|\.zip)?|zip)$/i;
/** Maximum length of a feed in UTF-8. Longer ones could exceed the limits of AWS for keys and mail tags. */
const MAX_FEED_BYTES = 64;
/** A feed's name appears in messages, logs and pages, so it may not contain markup or control characters. */
const NOT_IN_FEED = /[\p{C}\p{Zl}\p{Zp}<>"'`\\]/u;
/** Not allowed between the slashes of a feed: clients may remove or resolve them in a URL or file path. */
const PATH_PARTS = ['', '.', '..'];
const DELIVERY_ID = /^(?:(.+)\/)?(\d{4}-\d{2}-\d{2})\.(history|incremental)$/;

/** Folders of the drop bucket with records of a dataset, as JSON Lines. In all other folders are prices. */
export const RECORD_FOLDERS = [...COLLECTED.filter((one) => one !== 'prices'), 'checks'] as const;
export type RecordFolder = (typeof RECORD_FOLDERS)[number];

/** The dataset of a feed like `news/finnhub`; undefined if it has prices. */
export const recordFolderOf = ({ feed }: Pick<DeliveryId, 'feed'>): RecordFolder | undefined =>
  RECORD_FOLDERS.find((folder) => feed === folder || feed.startsWith(`${folder}/`));

/** The object key of a collector's records of one day: `news/finnhub/2020-01-10_incremental.jsonl`. */
export const collectedKey = (dataset: string, provider: string, date: string): string =>
  `${dataset}/${provider}/${date}_incremental.jsonl`;

/** The delivery of an object key; undefined if the file name is not recognized. */
export function deliveryOfKey(objectKey: string): DeliveryId | undefined {
  const [, feed = '', fileDate = '', kind = '', suffix = ''] = OBJECT_KEY.exec(objectKey) ?? [];
  const isRecords = recordFolderOf({ feed }) !== undefined;
  const isOurs = isRealDate(fileDate) && !feedProblem(feed) && isRecords === /^jsonl/i.test(suffix);
  return isOurs ? deliveryId(feed, fileDate, kind.toLowerCase()) : undefined;
}

/** True if two object keys are files of one delivery, like those with .csv and .csv.gz. */
export function isSameDelivery(key: string, other: string): boolean {
  const id = deliveryOfKey(key)?.id;
  return key === other || (id !== undefined && id === deliveryOfKey(other)?.id);
}

/** The rule that the name of a folder breaks, naming the character; undefined if it can be a feed. */
export function feedProblem(feed: string): string | undefined {
  const [character] = NOT_IN_FEED.exec(feed) ?? [];
  if (character !== undefined)
    return `a folder without the character ${/[<>"'`\\]/.test(character) ? character : `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`}`;
  if (feed !== '' && feed.split('/').some((part) => PATH_PARTS.includes(part)))
    return 'a folder without empty parts, . and ..';
  return new TextEncoder().encode(feed).length > MAX_FEED_BYTES
    ? `a folder of at most ${MAX_FEED_BYTES} bytes`
    : undefined;
}

/** The feed of declarations: what operators state about tickers. */
export const DECLARED_FEED = 'declared';

export const isDeclared = ({ feed }: Pick<DeliveryId, 'feed'>): boolean => feed === DECLARED_FEED;

/** The object key of the declarations of one day. */
export const declarationsKey = (date: string): string => `${DECLARED_FEED}/${date}_incremental.csv`;

/** True if a text has the form of a delivery id. */
export const isDeliveryId = (text: string): boolean => DELIVERY_ID.test(text);

/**
 * Parses `{feed/}{file_date}.{kind}`.
 * @throws Error if the text is not a delivery id
 */
export function parseDeliveryId(id: string): DeliveryId {
  const [, feed = '', fileDate = '', kind = ''] = DELIVERY_ID.exec(id) ?? [];
  if (!fileDate) throw new Error(`Expected a delivery id like 2020-01-10.incremental, found "${id}".`);
  return deliveryId(feed, fileDate, kind);
}

/** The deliveries that a feed may have for a file date. */
export const deliveriesOn = (feed: string, fileDate: string): DeliveryId[] =>
  ['history', 'incremental'].map((kind) => deliveryId(feed, fileDate, kind));

/** Order in which deliveries are folded: file date, then history before incremental, then feed. Not the order of arrival. */
export function compareDeliveries(a: DeliveryId, b: DeliveryId): number {
  // 'history' < 'incremental' alphabetically.
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
