import { type LedgerKey, type LedgerRecord, mailId } from '../../contracts/ledger-record.ts';

/** True if SES accepted the mail, and no bounce reports that it was not delivered. A soft bounce of a delivered mail is an automatic reply. */
const wasReceived = ({ state, bounce, deliveredAt }: LedgerRecord): boolean =>
  state === 'sent' && (!bounce || (bounce.kind === 'soft' && deliveredAt !== undefined));

/** Page size of a query for the last mail: it has what LOOK_BACK needs, the mail itself, and the record of an alert. */
export const RECORDS_A_PAGE = 10;
/** Records of other mails that are read at least. */
const LOOK_BACK = 8;

/**
 * The records of other mails among which the last one is looked for: at least so many, beyond the key of this mail, and one of them a digest
 * of a delivery that was received. A mail about a late file has an older key than mails that were sent before it; if it is not among
 * these, it is missed. The mail itself does not count, since it has no record before its claim: both reads must find the same last mail.
 * @param read records by mail id backwards: all weekly digests, then the digests with the newest key first
 * @returns undefined if more must be read
 */
export function recordsBefore(read: readonly LedgerRecord[], own: LedgerKey): LedgerRecord[] | undefined {
  const others = read.filter((record) => !isOf(own, record));
  const beyond = others.findIndex((record) => mailId(record) < mailId(own));
  const received = others.findIndex((record) => record.kind === 'digest' && wasReceived(record));
  const count = Math.max(beyond + 1, received + 1, LOOK_BACK);
  return beyond < 0 || received < 0 || others.length < count ? undefined : others.slice(0, count);
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
