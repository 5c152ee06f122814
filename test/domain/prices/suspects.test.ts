import { suspectDates } from '../../../lambdas/domain/prices/suspects.ts';
import { dailyCloses } from '../../support/series.ts';

test.each([
  ['a wrong close between two ordinary ones', [100, 1000, 101], [1]],
  ['a wrong close at the end', [100, 105, 1110], [2]],
  ['a real jump, which the next close confirms', [100, 1000, 1010], []],
  ['a split, which the next close confirms', [400, 100, 101], []],
  ['two slips, each somewhere else', [100, 1000, 20_000, 102], [1, 2]],
  ['exactly the share', [100, 150], []],
  ['one close', [100], []],
])('%s: %j', (_what, closes, suspects) => {
  const observations = dailyCloses(closes);
  expect([...suspectDates(observations, 0.5)]).toEqual(suspects.map((i) => observations[i]?.date));
});
