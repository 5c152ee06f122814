import type { LedgerKey, LedgerRecord } from '../../../lambdas/contracts/ledger-record.ts';
import type { Ports } from './worlds.ts';

const NOW = '2020-01-10T22:00:00.000Z';
const NOTHING = { segments: [], tickers: {} };

const mailTo = (recipient: string, day = '2020-01-02'): LedgerKey => ({
  recipient,
  kind: 'digest',
  key: `${day}T21:00:00.000Z#${day}.incremental#01`,
});

const claimOf = (mail: LedgerKey, overrides: Partial<LedgerRecord> = {}): LedgerRecord => ({
  ...mail,
  state: 'claimed',
  displayed: { segments: ['2020#01'], tickers: { 'A.B': '90:0' } },
  claimedBy: 'invocation-1',
  claimedAt: '2020-01-02T21:00:05.000Z',
  attempts: 1,
  expiresAt: 2_000_000_000,
  ...overrides,
});

/** A retry of the claim, one hour later. */
const retryOf = (mail: LedgerKey): LedgerRecord =>
  claimOf(mail, { claimedAt: '2020-01-02T22:00:05.000Z', claimedBy: 'retry', attempts: 2 });

/** The ledger port: what makes a mail never sent twice. */
export function ledgerContract(port: () => Ports['ledger']): void {
  const ownOf = async (mail: LedgerKey) => (await port().read(mail)).own;

  describe('claims', () => {
    test('a mail is claimed by one of many', async () => {
      const mail = mailTo('l1');
      const claims = Array.from({ length: 8 }, (_, i) => port().claim(claimOf(mail, { claimedBy: `invocation-${i}` })));
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
      const retries = ['x', 'y'].map((claimedBy) => port().claim({ ...retryOf(mail), claimedBy }, claimOf(mail)));
      expect((await Promise.all(retries)).filter(Boolean)).toHaveLength(1);
    });

    test('the same claim again succeeds: it is a retry after a lost answer', async () => {
      const mail = mailTo('l2');
      for (const _ of [1, 2]) expect(await port().claim(claimOf(mail))).toBe(true);
      for (const _ of [1, 2]) expect(await port().claim(retryOf(mail), claimOf(mail))).toBe(true);
    });

    test('a mail that was sent is not claimed again, and its claim not released', async () => {
      const mail = mailTo('l3');
      await port().claim(claimOf(mail));
      await port().markSent(mail, 'm3');
      expect(await port().claim(retryOf(mail), claimOf(mail))).toBe(false);
      await port().release(claimOf(mail));
      expect(await ownOf(mail)).toEqual(claimOf(mail, { state: 'sent', messageId: 'm3' }));
    });

    test('a released claim restores the one it had replaced; another invocation’s claim is kept', async () => {
      const mail = mailTo('l4');
      await port().claim(claimOf(mail));
      await port().claim(retryOf(mail), claimOf(mail));
      await port().release(claimOf(mail));
      expect(await ownOf(mail)).toEqual(retryOf(mail));
      await port().release(retryOf(mail), claimOf(mail));
      expect(await ownOf(mail)).toEqual(claimOf(mail));
      await port().release(claimOf(mail));
      expect(await ownOf(mail)).toBeUndefined();
    });
  });

  describe('outcomes', () => {
    test('events are recorded in any order, the first of each kind counts', async () => {
      const mail = mailTo('l5');
      const soft = { kind: 'soft' as const, at: NOW, detail: 'Transient MailboxFull' };
      await port().claim(claimOf(mail));
      await port().markSent(mail, 'm5', { bounce: soft });
      await port().markSent(mail, 'm5', { deliveredAt: NOW });
      await port().markSent(mail, 'm5', { bounce: { ...soft, kind: 'hard' } });
      await port().markSent(mail, 'm5', { complainedAt: NOW });
      await port().markSent(mail, 'm5');
      const facts = { bounce: soft, deliveredAt: NOW, complainedAt: NOW };
      expect(await ownOf(mail)).toEqual(claimOf(mail, { state: 'sent', messageId: 'm5', ...facts }));
      expect([await port().softBounces('l5'), await port().softBounces('l0')]).toEqual([1, 0]);
    });

    test('no event recreates a record that was erased', async () => {
      const mail = mailTo('l6');
      await port().markSent(mail, 'm6', { deliveredAt: NOW });
      await port().markRejected(mail, 'm6', 'Rejected: Bad content');
      await port().markRefused(claimOf(mail), 'MessageRejected');
      await port().markConfirmed(claimOf(mail), 'm6');
      expect(await port().read(mail)).toEqual({ told: [] });
    });

    test('a rejected mail stays rejected; a rejection of an earlier attempt is ignored', async () => {
      const mail = mailTo('l7');
      await port().claim(claimOf(mail));
      await port().markSent(mail, 'm7');
      await port().markRejected(mail, 'of an earlier attempt', 'Rejected: Bad content');
      expect((await ownOf(mail))?.state).toBe('sent');
      await port().markRejected(mail, 'm7', 'Rejected: Bad content');
      await port().markSent(mail, 'm7', { deliveredAt: NOW });
      const rejected = { state: 'refused' as const, messageId: 'm7', reason: 'Rejected: Bad content' };
      expect(await ownOf(mail)).toEqual(claimOf(mail, rejected));
    });

    test('a refusal belongs to its claim, and does not hide that an earlier attempt was sent', async () => {
      const mail = mailTo('l8');
      await port().claim(claimOf(mail));
      await port().markRefused(retryOf(mail), 'of another claim');
      expect(await ownOf(mail)).toEqual(claimOf(mail));
      await port().claim(retryOf(mail), claimOf(mail));
      await port().markRefused(retryOf(mail), 'MessageRejected');
      expect(await ownOf(mail)).toMatchObject({ state: 'refused', reason: 'MessageRejected' });
      await port().markSent(mail, 'm8', { deliveredAt: NOW });
      expect(await ownOf(mail)).toMatchObject({ state: 'sent', messageId: 'm8', deliveredAt: NOW });
    });
  });

  describe('the last mail a recipient received', () => {
    test('is the newest that was sent; refused and claimed ones are skipped', async () => {
      const [older, refused, own] = ['2020-01-01', '2020-01-02', '2020-01-03'].map((day) => mailTo('l9', day)) as [
        LedgerKey,
        LedgerKey,
        LedgerKey,
      ];
      await port().claim(claimOf(older));
      await port().markSent(older, 'm9');
      await port().claim(claimOf(refused));
      await port().markRefused(claimOf(refused), 'MessageRejected');
      await port().claim(claimOf(own));
      expect(await port().read(own)).toMatchObject({ own: { state: 'claimed' }, last: { messageId: 'm9' } });
      expect(await port().read(mailTo('l0'))).toEqual({ told: [] });
    });

    test('is found behind any number of mails that were not received', async () => {
      const days = Array.from({ length: 26 }, (_, i) => mailTo('l10', `2020-01-${String(i + 1).padStart(2, '0')}`));
      for (const [i, mail] of days.slice(0, -1).entries()) {
        await port().claim(claimOf(mail));
        if (i === 0) await port().markSent(mail, 'm10');
        else await port().markRefused(claimOf(mail), 'MessageRejected');
      }
      expect((await port().read(days.at(-1) as LedgerKey)).last?.messageId).toBe('m10');
    });

    test('is that of any kind', async () => {
      const weekly = (key: string): LedgerKey => ({ recipient: 'l13', kind: 'weekly', key });
      const sentAt = async (mail: LedgerKey, claimedAt: string) => {
        await port().claim(claimOf(mail, { claimedAt }));
        await port().markSent(mail, mail.key);
      };
      const days = Array.from({ length: 12 }, (_, i) => mailTo('l13', `2020-01-${i + 10}`));
      for (const [i, mail] of days.entries()) await sentAt(mail, `2020-01-${i + 10}T22:00:00.000Z`);
      for (let i = 10; i < 30; i++) await sentAt(weekly(`2019-W${i}`), `2019-10-${i}T22:00:00.000Z`);
      const lastFor = async (mail: LedgerKey) => (await port().read(mail)).last?.key;
      expect(await lastFor(weekly('2020-W04'))).toBe(days.at(-1)?.key);
      expect(await lastFor(mailTo('l13', '2020-01-25'))).toBe(days.at(-1)?.key);
      await sentAt(weekly('2020-W04'), '2020-01-25T13:00:00.000Z');
      expect(await lastFor(mailTo('l13', '2020-01-28'))).toBe('2020-W04');
      expect(await lastFor(weekly('2020-W05'))).toBe('2020-W04');
    });

    test('is the same before and after the claim, wherever the one is that was sent out of order', async () => {
      for (let late = 0; late < 12; late++) {
        const days = Array.from({ length: 12 }, (_, i) => mailTo(`l14-${late}`, `2020-01-${i + 10}`));
        for (const [i, mail] of days.entries()) {
          await port().claim(claimOf(mail, { claimedAt: `2020-01-${i === late ? 29 : i + 10}T22:00:00.000Z` }));
          await port().markSent(mail, mail.key);
        }
        const own = mailTo(`l14-${late}`, '2020-01-25');
        const before = (await port().read(own)).last;
        await port().claim(claimOf(own));
        expect((await port().read(own)).last).toEqual(before);
      }
    });

    test('a mail that bounced was not received, unless it was delivered and a reply followed', async () => {
      const [bounced, own] = [mailTo('l11'), mailTo('l11', '2020-01-03')];
      await port().claim(claimOf(bounced));
      await port().markSent(bounced, 'm11', { bounce: { kind: 'soft', at: NOW, detail: 'Transient' } });
      expect((await port().read(own)).last).toBeUndefined();
      await port().markSent(bounced, 'm11', { deliveredAt: NOW });
      expect((await port().read(own)).last?.messageId).toBe('m11');
    });

    test('an earlier attempt counts until SES confirms the retry', async () => {
      const [mail, later] = [mailTo('l12'), mailTo('l12', '2020-01-03')];
      const first = claimOf(mail);
      const retry = { ...retryOf(mail), earlier: { claimedAt: first.claimedAt, displayed: NOTHING } };
      await port().claim(first);
      await port().claim(retry, first);
      await port().markSent(mail, 'm12', { deliveredAt: NOW });
      expect((await port().read(later)).last).toMatchObject({ claimedAt: first.claimedAt, displayed: NOTHING });
      await port().markConfirmed(retry, 'm12b');
      expect((await port().read(later)).last).toMatchObject({ claimedAt: retry.claimedAt, messageId: 'm12b' });
      expect(await ownOf(mail)).not.toHaveProperty('earlier');
    });
  });

  test('every record of a recipient is erased, and no other', async () => {
    for (let i = 10; i < 40; i++) await port().claim(claimOf(mailTo('leaving', `20${i}-01-02`)));
    await port().claim(claimOf(mailTo('staying')));
    await port().eraseAll('leaving');
    expect(await port().read(mailTo('leaving', '2020-01-02'))).toEqual({ told: [] });
    expect(await ownOf(mailTo('staying'))).toEqual(claimOf(mailTo('staying')));
  });
}
