import { type LedgerKey, type LedgerRecord, mailId } from '../../contracts/ledger-record.ts';

/** True if SES accepted the mail, and no bounce reports that it was not delivered. A soft bounce of a delivered mail is an automatic reply. */
const wasReceived = ({ state, bounce, deliveredAt }: LedgerRecord): boolean =>
  state === 'sent' && (!bounce || (bounce.kind === 'soft' && deliveredAt !== undefined));

/** Page size of a query for the last mail: mostly the newest record was sent, and one page is enough. */
export const RECORDS_A_PAGE = 10;

/**
 * True if reading can stop: it passed the key of this mail, and found at least one other digest of a delivery that was received. Records
 * are read by mail id backwards, in whole pages: all weekly digests, then the digests with the newest key first. A mail about a late file
 * has an older key than mails that were sent before it. If reading stops before the page with that key, the mail is missed.
 */
export const isEnough = (read: readonly LedgerRecord[], own: LedgerKey): boolean =>
  mailId(read.at(-1) ?? own) <= mailId(own) &&
  read.some((record) => record.kind === 'digest' && !isOf(own, record) && wasReceived(record));

/** True if a record is that of a mail. @param own one recipient's mail @param record of the same recipient */
export const isOf = (own: LedgerKey, record: LedgerRecord): boolean => mailId(record) === mailId(own);

/** The record of the last received mail. If it has `earlier`, time and content are taken from there (see LedgerRecord). */
export const lastReceived = (records: readonly LedgerRecord[]): LedgerRecord | undefined =>
  records
    .filter(wasReceived)
    .map((record) => ({ ...record, ...record.earlier }))
    .sort((a, b) => (sentOrder(a) < sentOrder(b) ? 1 : -1))[0];

const sentOrder = ({ claimedAt, key }: LedgerRecord): string => `${claimedAt} ${key}`;
