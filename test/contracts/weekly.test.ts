import fc from 'fast-check';
import { addDays } from '../../lambdas/contracts/dates.ts';
import { fanOutMessage, isoWeek, lastWeek, weekKey, weekOf, weekText } from '../../lambdas/contracts/weekly.ts';

test.each([
  ['2020-01-01', '2020-W01'],
  ['2019-12-30', '2020-W01'],
  ['2021-01-03', '2020-W53'],
  ['2021-01-04', '2021-W01'],
  ['2024-12-30', '2025-W01'],
])('%s is in the ISO week %s', (date, week) => {
  expect(isoWeek(date)).toBe(week);
});

test('a week is found again by its name', () => {
  fc.assert(
    fc.property(fc.integer({ min: -20_000, max: 40_000 }), (days) => {
      const week = lastWeek(days * 86_400_000);
      expect(weekOf(week.week)).toEqual(week);
      expect(isoWeek(week.saturday)).toBe(week.week);
      expect(isoWeek(addDays(week.saturday, -5))).toBe(week.week);
    }),
  );
});

test('the schedule is about the week that ends on its Saturday, in summer and in winter, however late it rings', () => {
  const rung = (time: string) => fanOutMessage.parse({ weekly: time });
  for (const time of ['2020-01-11T13:00:00Z', '2020-01-11T13:00:59Z', '2020-01-12T03:00:00Z', '2020-01-16T00:00:00Z'])
    expect(rung(time)).toMatchObject({ delivery: 'weekly', revision: '2020-W02', weekly: { saturday: '2020-01-11' } });
  expect(rung('2020-07-11T12:00:00Z')).toMatchObject({ revision: '2020-W28' });
  expect(rung('2020-01-11T11:00:00Z')).toMatchObject({ revision: '2020-W01' });
});

test('a week is written by its trading days', () => {
  expect(weekText('2020-01-11')).toBe('week of 6 to 10 Jan 2020');
  expect(weekText('2020-02-01')).toBe('week of 27 to 31 Jan 2020');
  expect(weekText('2020-01-04')).toBe('week of 30 Dec to 3 Jan 2020');
});

test('what a weekly digest displays is ordered by its Saturday', () => {
  expect(weekKey(weekOf('2020-W02'))).toBe('2020-01-11T12:00:00.000Z#weekly#2020-W02');
});
