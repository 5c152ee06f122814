import type { LedgerTable } from '../../../lambdas/adapters/ledger-table.ts';
import type { ToldAlerts } from '../../../lambdas/adapters/told-alerts.ts';
import { type LedgerKey, type LedgerRecord, mailId } from '../../../lambdas/contracts/ledger-record.ts';
import type { ToldAlert } from '../../../lambdas/contracts/told-alerts.ts';
import { isOf, lastReceived, recordsBefore } from '../../../lambdas/domain/mail/last-received.ts';

/** `{recipient} {mail id}` → record. */
export type MemoryRecords = Map<string, LedgerRecord>;

/** `{recipient} {alert}` → record. */
export type MemoryTold = Map<string, ToldAlert>;

/** What the ledger knows of the fires of alerts, in memory. */
export function memoryToldAlerts(told: MemoryTold): ToldAlerts {
  const idOf = (recipient: string, alert: string) => `${recipient} ${alert}`;
  return {
    get: async (recipient, alert) => structuredClone(told.get(idOf(recipient, alert))),
    all: async (recipient) => structuredClone([...told.values()].filter((record) => record.recipient === recipient)),
    put: async (record) => {
      const id = idOf(record.recipient, record.alert);
      const stored = told.get(id);
      const isNext = (stored?.writes ?? 0) === record.writes - 1;
      if (isNext) told.set(id, structuredClone(record));
      return isNext || JSON.stringify(stored) === JSON.stringify(record);
    },
  };
}

/** The ledger in memory. */
export function memoryLedger(records: MemoryRecords, told: MemoryTold): LedgerTable {
  const idOf = (key: LedgerKey) => `${key.recipient} ${mailId(key)}`;
  const change = (key: LedgerKey, changes: Partial<LedgerRecord>) => {
    const record = records.get(idOf(key));
    if (record) records.set(idOf(key), { ...record, ...changes });
  };
  const isOwnClaim = (claim: LedgerRecord): boolean => {
    const current = records.get(idOf(claim));
    return current?.state === 'claimed' && current.claimedAt === claim.claimedAt;
  };
  const markSent: LedgerTable['markSent'] = async (key, messageId, fact = {}) => {
    const record = records.get(idOf(key));
    const isRejected = record?.state === 'refused' && record.messageId === messageId;
    if (!isRejected) change(key, { ...fact, ...factsOf(record), state: 'sent', messageId });
  };
  return {
    markSent,
    claim: async (record, seen) => {
      const current = records.get(idOf(record));
      if (current?.claimedAt !== seen?.claimedAt || current?.state !== seen?.state)
        return current?.claimedBy === record.claimedBy && current.claimedAt === record.claimedAt;
      records.set(idOf(record), structuredClone(record));
      return true;
    },
    async markConfirmed(claim, messageId) {
      await markSent(claim, messageId);
      const record = records.get(idOf(claim));
      if (record?.state !== 'sent' || record.claimedAt !== claim.claimedAt) return;
      const { earlier: _earlier, ...confirmed } = record;
      records.set(idOf(claim), confirmed);
    },
    markRefused: async (claim, reason) => {
      if (isOwnClaim(claim)) change(claim, { state: 'refused', reason });
    },
    markRejected: async (key, messageId, reason) => {
      const sent = records.get(idOf(key))?.messageId;
      if (sent === undefined || sent === messageId) change(key, { state: 'refused', messageId, reason });
    },
    softBounces: async (recipient) =>
      [...records.values()].filter((one) => one.recipient === recipient && one.bounce?.kind === 'soft').length,
    get: async (key) => structuredClone(records.get(idOf(key))),
    eraseAll: async (recipient) => {
      for (const [id, record] of records) if (record.recipient === recipient) records.delete(id);
      for (const [id, record] of told) if (record.recipient === recipient) told.delete(id);
    },
    release: async (claim, before) => {
      if (!isOwnClaim(claim)) return;
      if (before) records.set(idOf(claim), before);
      else records.delete(idOf(claim));
    },
    read: async (mail) => {
      const isRecipients = ({ recipient }: { recipient: string }) => recipient === mail.recipient;
      const backwards = [...records.values()].filter(isRecipients).sort((a, b) => (mailId(a) < mailId(b) ? 1 : -1));
      const own = backwards.find((record) => isOf(mail, record));
      const last = lastReceived(recordsBefore(backwards, mail) ?? backwards.filter((record) => record !== own));
      return structuredClone({
        ...(own && { own }),
        ...(last && { last }),
        told: [...told.values()].filter(isRecipients),
      });
    },
  };
}

/** Facts of earlier SES events are kept. */
const factsOf = ({ deliveredAt, bounce, complainedAt }: Partial<LedgerRecord> = {}): Partial<LedgerRecord> => ({
  ...(deliveredAt && { deliveredAt }),
  ...(bounce && { bounce }),
  ...(complainedAt && { complainedAt }),
});
