import { type LedgerKey, type LedgerRecord, mailId } from '../../contracts/ledger-record.ts';

/** True if SES accepted the mail, and no bounce reports that it was not delivered. A soft bounce of a delivered mail is an automatic reply. */
export const wasReceived = ({ state, bounce, deliveredAt }: LedgerRecord): boolean =>
  state === 'sent' && (!bounce || (bounce.kind === 'soft' && deliveredAt !== undefined));

/** Page size of a query for the last mail: it has what LOOK_BACK needs, the mail itself, and the record of an alert. */
export const RECORDS_A_PAGE = 10;
/** Digests of deliveries that were received and are read at least. */
const LOOK_BACK = 8;

/**
 * The records of other mails among which the last one is looked for: so many digests of deliveries that were received, and beyond the
 * key of this mail. A mail about a late file has an older key than mails that were sent before it; if it is not among these, it
 * is missed. What was not received does not count, nor this mail: claims come and go, and the reads before and after the claim of this
 * mail must find the same last one.
 * @param read records by mail id backwards: all weekly digests, then the digests with the newest key first
 * @returns undefined if more must be read
 */
export function recordsBefore(read: readonly LedgerRecord[], own: LedgerKey): LedgerRecord[] | undefined {
  const others = read.filter((record) => !isOf(own, record));
  const beyond = others.findIndex((record) => wasReceived(record) && mailId(record) < mailId(own));
  const received = others.flatMap((record, i) => (record.kind === 'digest' && wasReceived(record) ? [i] : []));
  const last = received[LOOK_BACK - 1];
  return beyond < 0 || last === undefined ? undefined : others.slice(0, Math.max(beyond, last) + 1);
}

/** True if a record is that of a mail. @param own one recipient's mail @param record of the same recipient */
export const isOf = (own: LedgerKey, record: LedgerRecord): boolean => mailId(record) === mailId(own);

/** The record of the last received mail. If it has `earlier`, time and content are taken from there (see LedgerRecord). */
export const lastReceived = (records: readonly LedgerRecord[]): LedgerRecord | undefined =>
  records
    .filter(wasReceived)
    .map((record) => ({ ...record, ...record.earlier }))
    .sort((a, b) => (sentOrder(a) < sentOrder(b) ? 1 : -1))[0];

const sentOrder = ({ claimedAt, key }: LedgerRecord): string => `${claimedAt} ${key}`;
