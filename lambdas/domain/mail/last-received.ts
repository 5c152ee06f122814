import type { LedgerRecord } from '../../contracts/ledger-record.ts';

/** True if SES accepted the mail, and no bounce reports that it was not delivered. A soft bounce of a delivered mail is an automatic reply. */
const wasReceived = ({ state, bounce, deliveredAt }: LedgerRecord): boolean =>
  state === 'sent' && (!bounce || (bounce.kind === 'soft' && deliveredAt !== undefined));

/** Page size of a query for the last mail: mostly the newest record was sent, and one page is enough. */
export const RECORDS_A_PAGE = 10;

/**
 * True if reading can stop: it passed the key of this mail, and found at least one other mail that was received. Records are read newest
 * key first, in whole pages. A mail about a late file has an older key than mails that were sent before it. If reading
 * stops before the page with that key, the mail is missed.
 */
export const isEnough = (read: readonly LedgerRecord[], ownKey: string): boolean =>
  (read.at(-1)?.key ?? '') <= ownKey && read.some((record) => record.key !== ownKey && wasReceived(record));

/** The record of the last received mail. If it has `earlier`, time and content are taken from there (see LedgerRecord). */
export const lastReceived = (records: readonly LedgerRecord[]): LedgerRecord | undefined =>
  records
    .filter(wasReceived)
    .map((record) => ({ ...record, ...record.earlier }))
    .sort((a, b) => (sentOrder(a) < sentOrder(b) ? 1 : -1))[0];

const sentOrder = ({ claimedAt, key }: LedgerRecord): string => `${claimedAt} ${key}`;
