import type { SendOutcome } from '../adapters/mailer.ts';
import type { LedgerRecord } from '../contracts/ledger-record.ts';
import { redact } from '../contracts/redact.ts';
import type { MailOutcome } from './outcome.ts';
import type { MailingPorts } from './ports.ts';

/**
 * Records the outcome of a claimed mail in the ledger.
 * @param before the record that the claim had replaced, if there was one
 */
export async function recordOutcome(
  { ledger, warn }: Pick<MailingPorts, 'ledger' | 'warn'>,
  claim: LedgerRecord,
  before: LedgerRecord | undefined,
  outcome: SendOutcome,
): Promise<MailOutcome> {
  if (outcome.status === 'sent') {
    await ledger.markConfirmed(claim, outcome.messageId);
    return before?.state === 'claimed' ? 'resent' : 'sent';
  }
  // SES's reasons contain addresses.
  const reason = redact(outcome.reason);
  const details = { recipient: claim.recipient, key: claim.key, reason };
  switch (outcome.status) {
    case 'refused':
      warn('mail refused', details);
      await ledger.markRefused(claim, reason);
      return 'refused';
    case 'unknown':
      warn('mail may have been sent', details);
      return 'unconfirmed';
    default:
      warn('mail not sent', details);
      await ledger.release(claim, before);
      return 'not-sent';
  }
}
