import fc from 'fast-check';
import { checkFeedSchedules, type FeedSchedule } from '../../../lambdas/contracts/feed-schedules.ts';
import { expectedFiles } from '../../../lambdas/domain/calendar/expected-files.ts';
import { CALENDARS, dayKind, localTime } from '../../../lambdas/domain/calendar/sessions.ts';

const US: FeedSchedule = { feed: '', exchange: 'NYSE', due: '18:00', nextDay: false };
const at = (instant: string) => Date.parse(instant);
const datesAt = (schedule: FeedSchedule, instant: string, overrides = {}) => {
  const { last, next } = expectedFiles(schedule, at(instant), overrides);
  return [last?.fileDate, next?.fileDate];
};

test.each([
  ['a minute before it is due', '2020-01-10T22:59:00Z', '2020-01-09', '2020-01-10'],
  ['when it is due, 18:00 in New York', '2020-01-10T23:00:00Z', '2020-01-10', '2020-01-13'],
  ['on a Sunday', '2020-01-12T15:00:00Z', '2020-01-10', '2020-01-13'],
  ['on a holiday', '2020-01-20T23:30:00Z', '2020-01-17', '2020-01-21'],
  ['in summer, an hour earlier in UTC', '2020-07-10T22:00:00Z', '2020-07-10', '2020-07-13'],
])('%s', (_, instant, last, next) => {
  expect(datesAt(US, instant)).toEqual([last, next]);
});

test('a file may be due on the morning after the session, also on a Saturday', () => {
  const morning: FeedSchedule = { ...US, due: '06:00', nextDay: true };
  expect(datesAt(morning, '2020-01-11T10:59:00Z')).toEqual(['2020-01-09', '2020-01-10']);
  expect(datesAt(morning, '2020-01-11T11:00:00Z')).toEqual(['2020-01-10', '2020-01-13']);
});

test('a holiday of the stage is no session', () => {
  const overrides = { NYSE: { '2020-01-10': 'holiday' } };
  expect(datesAt(US, '2020-01-10T23:30:00Z', overrides)).toEqual(['2020-01-09', '2020-01-13']);
});

test('property: the last file is due, the next is not, and no session lies between them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2026-12-01T00:00:00Z') }),
      fc.constantFrom('NYSE' as const, 'NSE' as const),
      fc.constantFrom('00:00', '06:30', '18:00', '23:59'),
      fc.boolean(),
      (now, exchange, due, nextDay) => {
        const { last, next } = expectedFiles({ feed: 'x', exchange, due, nextDay }, now);
        if (!last || !next) throw new Error('Expected a file before and after.');
        expect(last.dueAt).toBeLessThanOrEqual(now);
        expect(next.dueAt).toBeGreaterThan(now);
        for (const { fileDate, dueAt } of [last, next]) {
          expect(['regular', 'half']).toContain(dayKind(CALENDARS[exchange], fileDate));
          expect(localTime(CALENDARS[exchange].timeZone, dueAt).time).toBe(due);
        }
        for (let day = at(`${last.fileDate}T00:00:00Z`) + 86_400_000; ; day += 86_400_000) {
          const date = new Date(day).toISOString().slice(0, 10);
          if (date === next.fileDate) break;
          expect(['holiday', 'weekend']).toContain(dayKind(CALENDARS[exchange], date));
        }
      },
    ),
  );
});

test.each([
  [{ feed: '', due: '6pm' }, 'expected a time of day like 18:00'],
  [{ feed: '../eu', due: '18:00' }, 'expected the folder of a feed'],
])('the schedule %j is refused with what is expected', (schedule, message) => {
  expect(() => checkFeedSchedules([schedule])).toThrow(message);
});

test('two schedules of one feed are refused', () => {
  const one = { feed: 'eu', due: '18:00' };
  expect(() => checkFeedSchedules([one, one])).toThrow('expected one schedule for each feed');
});
