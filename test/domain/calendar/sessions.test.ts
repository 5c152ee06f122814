import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchangeOf } from '../../../lambdas/contracts/exchange.ts';
import type { Exchange } from '../../../lambdas/domain/calendar/exchange.ts';
import { NSE } from '../../../lambdas/domain/calendar/nse.ts';
import { NYSE } from '../../../lambdas/domain/calendar/nyse.ts';
import { dayKind, isCovered, phaseOf, sessions } from '../../../lambdas/domain/calendar/sessions.ts';

/** Sessions of each year, as the exchanges publish them. */
test.each([
  [2015, 252],
  [2018, 251],
  [2020, 253],
  [2021, 252],
  [2022, 251],
  [2023, 250],
  [2025, 250],
  [2027, 251],
])('NYSE has %i sessions in %i', (year, count) => {
  expect(sessions(NYSE, `${year}-01-01`, `${year}-12-31`)).toHaveLength(count);
});

test.each([
  ['2018-12-05', 'holiday', 'a day of mourning'],
  ['2025-01-09', 'holiday', 'a day of mourning'],
  ['2021-12-31', 'regular', 'New Year is on a Saturday'],
  ['2023-01-02', 'holiday', 'New Year is on a Sunday'],
  ['2021-06-18', 'regular', 'Juneteenth was no holiday yet'],
  ['2027-06-18', 'holiday', 'Juneteenth is on a Saturday'],
  ['2020-07-03', 'holiday', 'Independence Day is on a Saturday'],
  ['2025-07-03', 'half', 'the eve of Independence Day, a Thursday'],
  ['2022-07-04', 'holiday', 'Independence Day'],
  ['2019-11-29', 'half', 'the day after Thanksgiving'],
  ['2026-12-24', 'half', 'Christmas Eve, a Thursday'],
  ['2021-12-24', 'holiday', 'Christmas is on a Saturday'],
  ['2019-04-19', 'holiday', 'Good Friday'],
  ['2020-05-25', 'holiday', 'the last Monday of May'],
  ['2021-05-31', 'holiday', 'the last Monday of a May with five'],
  ['2020-01-11', 'weekend', 'a Saturday'],
])('NYSE: %s is %s: %s', (date, kind) => {
  expect(dayKind(NYSE, date)).toBe(kind);
});

test('operators know better: a storm, a session on a Saturday, the holidays of a later year', () => {
  const overrides = { NYSE: { '2026-10-29': 'holiday' }, NSE: { '2025-02-01': 'regular' } } as const;
  expect([dayKind(NYSE, '2026-10-29', overrides), dayKind(NYSE, '2026-10-29')]).toEqual(['holiday', 'regular']);
  expect([dayKind(NSE, '2025-02-01', overrides), dayKind(NSE, '2025-02-01')]).toEqual(['regular', 'weekend']);
  expect([isCovered(NSE, '2026-01-01', '2026-12-31'), isCovered(NSE, '2026-01-01', '2027-01-01')]).toEqual([
    true,
    false,
  ]);
});

test.each([
  ['before everything, in winter', NYSE, '2020-01-10T08:59:59Z', 'closed'],
  ['before the open', NYSE, '2020-01-10T09:00:00Z', 'pre'],
  ['at the open', NYSE, '2020-01-10T14:30:00Z', 'regular'],
  ['the last second', NYSE, '2020-01-10T20:59:59Z', 'regular'],
  ['at the close', NYSE, '2020-01-10T21:00:00Z', 'post'],
  ['at the end of the evening', NYSE, '2020-01-11T01:00:00Z', 'closed'],
  ['at the open, in summer', NYSE, '2020-07-10T13:30:00Z', 'regular'],
  ['on the Monday after the clocks change', NYSE, '2020-03-09T13:30:00Z', 'regular'],
  ['on the Friday before the clocks change', NYSE, '2020-03-06T13:30:00Z', 'pre'],
  ['after the close of a half day', NYSE, '2019-11-29T18:00:00Z', 'post'],
  ['in the evening of a half day', NYSE, '2019-11-29T22:00:00Z', 'closed'],
  ['on a holiday', NYSE, '2020-01-01T16:00:00Z', 'closed'],
  ['on a Saturday', NYSE, '2020-01-11T16:00:00Z', 'closed'],
  ['at the open in Mumbai', NSE, '2020-01-10T03:45:00Z', 'regular'],
  ['before it', NSE, '2020-01-10T03:44:59Z', 'closed'],
  ['at the close in Mumbai', NSE, '2020-01-10T10:00:00Z', 'closed'],
] satisfies [string, Exchange, string, string][])('%s', (_what, exchange, instant, phase) => {
  expect(phaseOf(exchange, Date.parse(instant))).toBe(phase);
});

test('the suffix of a ticker names its exchange', () => {
  expect(['TCS.NS', 'AAPL', 'BRK.B', 'X.NSE'].map(exchangeOf)).toEqual(['NSE', 'NYSE', 'NYSE', 'NYSE']);
});

const RECORDED = join(import.meta.dirname, '../../../../shared/api-samples/calendar');
const hasRecorded = existsSync(RECORDED);
if (!hasRecorded) console.log(`skipped: recorded calendars, because ${RECORDED} does not exist`);

type Recorded = { range: [string, string]; closedWeekdays: string[]; earlyCloses?: { date: string }[] };

(hasRecorded ? test : test.skip).each([
  ['xnys-2015-2027.json', NYSE],
  ['xbom-2015-2026.json', NSE],
] satisfies [string, Exchange][])('every day equals the recorded calendar %s', (file, exchange) => {
  const { range, closedWeekdays, earlyCloses = [] }: Recorded = JSON.parse(readFileSync(join(RECORDED, file), 'utf8'));
  const [from, to] = range;
  const days = Array.from({ length: (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1 }, (_, i) =>
    new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10),
  );
  expect(days.filter((date) => dayKind(exchange, date) === 'holiday')).toEqual(closedWeekdays);
  expect(days.filter((date) => dayKind(exchange, date) === 'half')).toEqual(earlyCloses.map(({ date }) => date));
});
