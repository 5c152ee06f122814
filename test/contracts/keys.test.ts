import { deliveryOfKey, parseDeliveryId } from '../../lambdas/contracts/delivery-id.ts';
import { parseSegmentKey, replacedSegmentKey, segmentKey } from '../../lambdas/contracts/keys.ts';
import { mailId } from '../../lambdas/contracts/ledger-record.ts';
import { toTag } from '../../lambdas/contracts/mail-event.ts';
import { commandRevision, revisionKey } from '../../lambdas/contracts/revision.ts';

describe('an object key', () => {
  test.each([
    ['2020-01-10_history.csv', '2020-01-10.history'],
    ['eu/west/2020-01-10_INCREMENTAL.CSV.GZ', 'eu/west/2020-01-10.incremental'],
  ])('%s names the delivery %s', (key, id) => {
    expect(deliveryOfKey(key)).toEqual(parseDeliveryId(id));
  });

  test.each([
    '2020-02-30_history.csv',
    '2020-01-10.csv',
    '2020-01-10_history.txt',
    `${'x'.repeat(65)}/2020-01-10_history.csv`,
  ])('%s names none', (key) => expect(deliveryOfKey(key)).toBeUndefined());

  test('of the longest feed, in the longest letters, gives a tag that is valid for SES', () => {
    const longest = deliveryOfKey(`${'株'.repeat(21)}/2020-01-10_incremental.csv`);
    const knownAt = '2020-01-10T21:00:00.000Z';
    const revision = commandRevision('F'.repeat(32), knownAt, 'revoke');
    const key = revisionKey({ knownAt, delivery: longest?.id ?? '', revision });
    expect(longest).toBeDefined();
    expect(toTag(mailId({ kind: 'digest', key }))).toMatch(/^[\w-]{1,256}$/);
    expect(deliveryOfKey(`${'株'.repeat(22)}/2020-01-10_incremental.csv`)).toBeUndefined();
  });
});

test.each(['2020-01-10.history', 'a.history@0F/2020-01-10.incremental', 'a#b@c/2020-01-10.history'])(
  'the keys of segments of %s and of their replaced versions are distinguished',
  (delivery) => {
    expect(parseSegmentKey(segmentKey('2020', delivery))).toEqual({ year: '2020', delivery });
    const replaced = replacedSegmentKey('2020', delivery, '0061D9F1');
    expect(parseSegmentKey(replaced)).toEqual({ year: '2020', delivery, isReplaced: true });
  },
);
