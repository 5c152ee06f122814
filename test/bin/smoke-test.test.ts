import { smokeProgress } from '../../bin/smoke-test.ts';
import type { DeliveryRecord } from '../../lambdas/contracts/delivery-record.ts';
import type { LedgerRecord } from '../../lambdas/contracts/ledger-record.ts';

/** How far a smoke test came, as its records tell: where it stopped, and what to read. */

const BEGAN = Date.parse('2020-01-10T18:00:00Z');
const upload = { key: 'smoke/2020-01-10_incremental.csv', droppedAt: '2020-01-10T18:00:01.000Z' };
const earlier = { ...upload, droppedAt: '2020-01-10T13:00:00.000Z' };
const applied = { upload, knownAt: upload.droppedAt };
const aRecord = (overrides: object) =>
  ({ state: 'applied', upload, applied, ...overrides }) as unknown as DeliveryRecord;
const aMail = (overrides: object) => ({ state: 'sent', ...overrides }) as unknown as LedgerRecord;

test.each([
  ['no record', { record: undefined }, 'has not handled', 'ingest', false],
  ['the record of a test before', { record: aRecord({ upload: earlier }) }, 'has not handled', 'waiting', false],
  [
    'a file that is read',
    { record: aRecord({ state: 'received', applied: undefined }) },
    'is reading',
    'ingest',
    false,
  ],
  [
    'a file that is read again',
    { record: aRecord({ applied: { ...applied, upload: earlier } }) },
    'is reading',
    'ingest',
    false,
  ],
  ['a rejected file', { record: aRecord({ state: 'rejected' }), reason: 'no close' }, 'no close', 'ingest', true],
  ['no mail', { record: aRecord({}) }, 'claimed no mail', 'fan-out', false],
  ['a claim', { record: aRecord({}), mail: aMail({ state: 'claimed' }) }, 'has not taken', 'fan-out', false],
  [
    'a refusal',
    { record: aRecord({}), mail: aMail({ state: 'refused', reason: 'not verified' }) },
    'not verified',
    'fan-out',
    true,
  ],
  ['a bounce', { record: aRecord({}), mail: aMail({ bounce: { detail: 'full' } }) }, 'full', 'feedback', true],
  ['no event', { record: aRecord({}), mail: aMail({}) }, 'no event', 'feedback', false],
])('%s: it says where it stopped, with the heading of the runbook', (_what, seen, where, heading, isFinal) => {
  const progress = smokeProgress({ mail: undefined, ...seen }, BEGAN);
  expect(progress).toMatchObject({ passed: false, isFinal, where: expect.stringContaining(where) });
  expect(progress).toMatchObject({ where: expect.stringMatching(new RegExp(`Runbook: .*${heading}`)) });
});

test('it passed: seconds from the upload to the delivery', () => {
  const mail = aMail({ deliveredAt: '2020-01-10T18:00:09.250Z' });
  expect(smokeProgress({ record: aRecord({}), mail }, BEGAN)).toEqual({ passed: true, seconds: 8.25 });
});
