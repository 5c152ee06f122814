import type { LedgerRecord } from '../../contracts/ledger-record.ts';

/** True if the mail reached its recipient. A soft bounce of a delivered mail is an automatic reply. */
const wasReceived = ({ state, bounce, deliveredAt }: LedgerRecord): boolean =>
  state === 'sent' && (!bounce || (bounce.kind === 'soft' && deliveredAt !== undefined));

/** Page size of a query for the last mail: mostly the newest record was sent, and one page is enough. */
export const RECORDS_A_PAGE = 10;

/**
 * True if the records read so far include the last mail and cannot miss the own one. Records are read newest key first, in whole
 * pages. A mail about a late file was sent after mails with newer keys; one that is older than a whole page is not searched for.
 */
export const isEnough = (read: readonly LedgerRecord[], ownKey: string): boolean =>
  (read.at(-1)?.key ?? '') <= ownKey && read.some((record) => record.key !== ownKey && wasReceived(record));

/** The record of the mail that was sent last: what its recipient knows. `earlier` overrides the claim (see LedgerRecord). */
export const lastReceived = (records: readonly LedgerRecord[]): LedgerRecord | undefined =>
  records
    .filter(wasReceived)
    .map((record) => ({ ...record, ...record.earlier }))
    .sort((a, b) => (sentOrder(a) < sentOrder(b) ? 1 : -1))[0];

const sentOrder = ({ claimedAt, key }: LedgerRecord): string => `${claimedAt} ${key}`;
