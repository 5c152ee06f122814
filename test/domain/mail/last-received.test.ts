import fc from 'fast-check';
import { type LedgerRecord, mailId } from '../../../lambdas/contracts/ledger-record.ts';
import { isOf, lastReceived, RECORDS_A_PAGE, recordsBefore } from '../../../lambdas/domain/mail/last-received.ts';

const instant = fc.integer({ min: 0, max: 60 }).map((minutes) => new Date(minutes * 60_000).toISOString());

/** Mails of one recipient. */
const record: fc.Arbitrary<LedgerRecord> = fc.record({
  recipient: fc.constant('ada'),
  kind: fc.constantFrom('digest', 'digest', 'digest', 'weekly'),
  key: fc.integer({ min: 10, max: 60 }).map(String),
  state: fc.constantFrom('sent', 'sent', 'sent', 'claimed', 'refused'),
  claimedBy: fc.constant('x'),
  claimedAt: instant,
  attempts: fc.constant(1),
  displayed: fc.constant({ segments: [], tickers: {} }),
  expiresAt: fc.constant(0),
});
const mails = fc.uniqueArray(record, { maxLength: 40, selector: mailId });

/** The last mail as the ledger finds it: backwards, in pages, no further than needed. */
function lastOf(records: readonly LedgerRecord[], own: LedgerRecord): LedgerRecord | undefined {
  const backwards = records.toSorted((a, b) => (mailId(a) < mailId(b) ? 1 : -1));
  const read: LedgerRecord[] = [];
  while (read.length < backwards.length && !recordsBefore(read, own))
    read.push(...backwards.slice(read.length, read.length + RECORDS_A_PAGE));
  return lastReceived(recordsBefore(read, own) ?? read.filter((one) => !isOf(own, one)));
}

test('a mail finds the same last mail before and after claims, its own and those of others, wherever pages end', () => {
  fc.assert(
    fc.property(mails, record, (all, own) => {
      const others = all.filter((one) => !isOf(own, one));
      const withoutClaims = others.filter(({ state }) => state !== 'claimed');
      expect(lastOf([...others, { ...own, state: 'claimed' }], own)).toEqual(lastOf(withoutClaims, own));
    }),
    { numRuns: 2_000 },
  );
});

test('the last mail is among the newest eight keys, also if it was sent out of their order', () => {
  const sent = (key: number, minute: number): LedgerRecord => ({
    recipient: 'ada',
    kind: 'digest',
    key: String(key),
    state: 'sent',
    claimedBy: 'x',
    claimedAt: new Date(minute * 60_000).toISOString(),
    attempts: 1,
    displayed: { segments: [], tickers: {} },
    expiresAt: 0,
  });
  const others = Array.from({ length: 20 }, (_, i) => sent(i + 10, i));
  const late = { ...others[13], ...sent(23, 50) };
  expect(lastOf(others.with(13, late), sent(30, 60))?.key).toBe('23');
});
