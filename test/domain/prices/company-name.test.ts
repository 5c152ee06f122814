import { fold, folded } from '../../../lambdas/domain/prices/fold.ts';
import type { StoredSegment } from '../../../lambdas/domain/prices/segment-version.ts';
import { ofTicker, storedSegments } from '../../support/deliveries.ts';

const companyOf = (segments: readonly StoredSegment[], asOf?: string) => folded('FB', segments, asOf).company;

const HEADER = 'Symbol,Company Name,Close,Date,Action\n';

test('the name of a company is kept with its last delivery, in any order of arrival', async () => {
  const first = await storedSegments(
    `${HEADER}FB,Facebook,1,2021-10-01,I\nFB,Facebook,2,2020-12-31,I\n`,
    '2021-10-01.incremental',
  );
  const second = await storedSegments(`${HEADER}FB,"Meta  Platforms, Inc.",3,2021-10-02,I\n`, '2021-10-02.incremental');
  const plain = await storedSegments('ticker,close,date,action\nFB,4,2021-10-03,I\n', '2021-10-03.incremental');
  const all = ofTicker([...plain, ...first, ...second], 'FB');
  expect(companyOf(all)).toBe('Meta Platforms, Inc.');
  expect(companyOf(all.toReversed())).toBe('Meta Platforms, Inc.');
  expect(companyOf(all, '2021-10-01')).toBe('Facebook');
  expect(companyOf(plain)).toBeUndefined();
  expect(fold('FB', all).map(({ date, close }) => `${date} ${close}`)).toEqual([
    '2020-12-31 2',
    '2021-10-01 1',
    '2021-10-02 3',
    '2021-10-03 4',
  ]);
});

test('a file that changes only a name changes its segment, and no close', async () => {
  const named = (name: string) => storedSegments(`${HEADER}FB,${name},1,2021-10-01,I\n`, '2021-10-01.incremental');
  const [before, after] = [await named('Facebook'), await named('Meta')];
  expect(before[0]?.rows).toBe('name Facebook\n1001 1');
  expect(after[0]?.rows).not.toBe(before[0]?.rows);
  expect(fold('FB', after)).toEqual(fold('FB', before));
});
