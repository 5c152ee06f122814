import fc from 'fast-check';
import type { AlertRule, Condition } from '../../../lambdas/contracts/alert.ts';
import { addDays } from '../../../lambdas/contracts/dates.ts';
import { fireText } from '../../../lambdas/domain/alerts/fire-text.ts';
import { AlertInputs } from '../../../lambdas/domain/alerts/inputs.ts';
import { fires, replay } from '../../../lambdas/domain/alerts/replay.ts';
import { ruleOf, startDate, startNow } from '../../../lambdas/domain/alerts/rule.ts';
import type { Observation } from '../../../lambdas/domain/prices/fold.ts';
import { aSeries, dailyCloses } from '../../support/series.ts';

/** Closes on 1, 2, 3 … of January 2020; the alert starts with the first `known` of them. */
const days = (closes: (string | number)[], extras: Partial<Observation>[] = []): Observation[] =>
  closes.map((close, i) => ({
    date: addDays('2020-01-01', i),
    close: String(close),
    delivery: '2020-01-31.history',
    ...extras[i],
  }));
const aRule = (condition: Condition, known: number, overrides: Partial<Parameters<typeof ruleOf>[0]> = {}): AlertRule =>
  ruleOf({ condition, repeat: 'every', start: { date: addDays('2020-01-01', known - 1), closes: [] }, ...overrides });
const inputsOf = (observations: Observation[]) => new AlertInputs(aSeries(observations));
/** Days of January 2020 on which a rule fires. */
const firesOn = (rule: AlertRule, observations: Observation[]): number[] =>
  fires(rule, inputsOf(observations)).map(({ date }) => Number(date.slice(8)));

const above = (threshold: string): Condition => ({ kind: 'price', direction: 'above', threshold });
const below = (threshold: string): Condition => ({ kind: 'price', direction: 'below', threshold });
const change = (
  percent: number,
  base: Extract<Condition, { kind: 'change' }>['base'] = 'previous',
  direction: 'up' | 'down' | 'either' = 'either',
): Condition => ({ kind: 'change', percent, base, direction });

describe('each kind', () => {
  test.each<[what: string, Condition, closes: (string | number)[], known: number, fires: number[]]>([
    ['price, at the threshold exactly', above('310'), [300, 310], 1, [2]],
    ['price, a hundredth below', above('310'), [300, '309.99'], 1, []],
    ['price, in the last of 36 digits', above('310'), [300, '309.999999999999999999', 310], 1, [3]],
    ['price, falling', below('300'), [310, 300], 1, [2]],
    ['a day up', change(5), [100, 100, 105, 105], 2, [3]],
    ['a day, just missed', change(5), [100, 100, '104.99', 105], 2, []],
    ['a day up, and down the next', change(5), [100, 100, 106, 100], 2, [3, 4]],
    ['only up', change(5, 'previous', 'up'), [100, 100, 94, 90], 2, []],
    ['only down', change(5, 'previous', 'down'), [100, 100, 110, 104], 2, [4]],
    ['two sessions ago', change(10, { sessionsAgo: 2 }), [100, 104, 108, '114.4'], 2, [4]],
    ['since the start', change(10, 'start'), [100, 105, 110, 108, 112], 1, [3, 5]],
    ['since the last fire', change(10, 'last-fire'), [100, 110, 120, 121, 130, 100], 1, [2, 4, 6]],
    ['since the last fire, before the first one', change(10, 'last-fire'), [100, 105, 109], 1, []],
    [
      'the close crosses its average',
      { kind: 'average', direction: 'above', fast: 1, slow: 3 },
      [10, 10, 9, 11],
      3,
      [4],
    ],
    ['the close stays below', { kind: 'average', direction: 'above', fast: 1, slow: 3 }, [10, 10, 9, 9], 3, []],
    [
      'the close equals its average',
      { kind: 'average', direction: 'above', fast: 1, slow: 3 },
      [10, 10, 9, '9.5'],
      3,
      [],
    ],
    [
      'the close is never below its average',
      { kind: 'average', direction: 'above', fast: 1, slow: 2 },
      [300, 300, 300, 301],
      3,
      [],
    ],
    ['averages cross', { kind: 'average', direction: 'above', fast: 2, slow: 3 }, [10, 9, 8, 8, 12], 3, [5]],
    ['averages cross, down', { kind: 'average', direction: 'below', fast: 2, slow: 3 }, [10, 11, 12, 12, 8], 3, [5]],
  ])('%s', (_what, condition, closes, known, expected) => {
    expect(firesOn(aRule(condition, known), days(closes))).toEqual(expected);
  });

  const volumes = (last: number, before: (number | undefined)[]) => {
    const all = [...before, last];
    return days(
      all.map(() => 100),
      all.map((volume) => (volume === undefined ? {} : { volume: String(volume) })),
    );
  };
  test.each([
    ['of the 20 sessions before it', volumes(300, Array(20).fill(100)), 20, [21]],
    ['not of itself', volumes(290, Array(20).fill(100)), 20, []],
    ['inclusive, without an error of floats', volumes(110, Array(20).fill(100)), 20, [21], 1.1],
    ['of ten that have one', volumes(300, [...Array(9).fill(undefined), ...Array(11).fill(100)]), 20, [21]],
    ['not of nine', volumes(300, [...Array(11).fill(undefined), ...Array(9).fill(100)]), 20, []],
  ])('volume is compared with the mean %s', (_what, observations, known, expected, factor = 3) => {
    expect(firesOn(aRule({ kind: 'volume', factor }, known), observations)).toEqual(expected);
  });

  test('a new 52-week high is above all closes of the 52 weeks before, and re-arms 2 % below', () => {
    const flat = Array(21).fill(100);
    const rule = aRule({ kind: 'range', side: 'high' }, 21);
    expect(firesOn(rule, days([...flat, 100, 101, 102, '99.97', 102, 103, '100.9', 104]))).toEqual([23, 29]);
  });

  test('a high of more than 52 weeks ago does not count', () => {
    const old = { date: '2018-12-30', close: '500', delivery: 'd' };
    const observations = [old, ...days([...Array(25).fill(100), 99, 120])];
    expect(firesOn(aRule({ kind: 'range', side: 'high' }, 25), observations)).toEqual([27]);
  });

  test('RSI fires at the level, and re-arms 2 points beyond', () => {
    const closes = [
      ...Array(15)
        .fill(0)
        .map((_, i) => 100 + (i % 2)),
      110,
      109,
      112,
      90,
      120,
    ];
    const observations = days(closes);
    const inputs = inputsOf(observations);
    const rule = aRule({ kind: 'rsi', direction: 'above', level: 70 }, 15);
    const [first] = fires(rule, inputs);
    expect(first?.date).toBe('2020-01-16');
    expect(inputs.from('2020-01-01').rsi(15)).toBeGreaterThan(70);
    expect(inputs.from('2020-01-01').rsi(14)).toBeLessThan(68);
  });
});

describe('the start', () => {
  test.each([
    ['before 16:00 in New York: the day before', '2020-01-10T20:59:00Z', '2020-01-09'],
    ['at 16:00: that day', '2020-01-10T21:00:00Z', '2020-01-10'],
    ['in summer', '2020-07-10T20:00:00Z', '2020-07-10'],
    ['after midnight in UTC it is still that day', '2020-01-11T02:00:00Z', '2020-01-10'],
  ])('%s', (_what, at, expected) => expect(startDate(Date.parse(at))).toBe(expected));

  test('keeps the closes known then', () => {
    const series = aSeries(dailyCloses([1, 2, 3, 4, 5, 6, 7]));
    const { date, closes } = startNow(series, Date.parse('2020-01-13T12:00:00Z'));
    expect(date).toBe('2020-01-12');
    expect(closes.map(({ close }) => close)).toEqual(['3', '4', '5', '6', '7']);
    expect(startNow(undefined, Date.parse('2020-01-13T12:00:00Z'))).toEqual({ date: '2020-01-12', closes: [] });
  });

  test('is not before a close that is known already, so that it cannot fire; a date far ahead is a mistake', () => {
    const at = (time: string) => startNow(aSeries(dailyCloses([1, 2])), Date.parse(time)).date;
    expect(at('2020-01-10T12:00:00Z')).toBe('2020-01-10');
    expect(at('2020-01-07T12:00:00Z')).toBe('2020-01-10');
    expect(at('2019-11-07T12:00:00Z')).toBe('2019-11-06');
  });

  test('a condition that is true already waits until it was false', () => {
    const rule = aRule(above('310'), 1);
    const inputs = inputsOf(days([320, 330, 300, 315]));
    expect(replay(rule, inputsOf(days([320]))).state).toBe('waiting');
    expect(fires(rule, inputs).map(({ date }) => date)).toEqual(['2020-01-04']);
  });

  test('a condition that becomes known does not fire', () => {
    expect(firesOn(aRule(above('310'), 0), days([320, 330]))).toEqual([]);
    expect(firesOn(aRule(above('310'), 0), days([300, 330]))).toEqual([2]);
  });

  test('days before the start are warm-up only', () => {
    expect(firesOn(aRule(above('310'), 3), days([300, 320, 300, 305]))).toEqual([]);
  });

  test('a pause or a resume moves it', () => {
    const alert = { condition: above('310'), repeat: 'once' as const, start: { date: '2020-01-01', closes: [] } };
    expect(ruleOf(alert, { pausedUntil: '2020-01-05' }).after).toBe('2020-01-05');
    expect(ruleOf(alert, { resumedAt: '2020-01-07T12:00:00.000Z' }).after).toBe('2020-01-06');
    const observations = days([300, 320, 300, 300, 300, 320]);
    expect(firesOn(ruleOf(alert), observations)).toEqual([2]);
    expect(firesOn(ruleOf(alert, { pausedUntil: '2020-01-05' }), observations)).toEqual([6]);
  });
});

describe('the edge', () => {
  test('fires once while it stays true, and again after it was false', () => {
    expect(firesOn(aRule(above('310'), 1), days([300, 311, 312, 313, 300, 311]))).toEqual([2, 6]);
  });

  test('once is once, however old', () => {
    expect(firesOn(aRule(above('310'), 1, { repeat: 'once' }), days([300, 311, 300, 311]))).toEqual([2]);
  });

  test.each<[band: number | undefined, fires: number[]]>([
    [undefined, [2]],
    [0, [2, 4, 6]],
  ])('a band of %s against flapping around the threshold', (band, expected) => {
    const rule = aRule(above('310'), 1, band === undefined ? {} : { band });
    expect(firesOn(rule, days([300, 311, 309, 311, '308.45', 311]))).toEqual(expected);
  });

  test('an episode ends with the last session before the rule is armed again', () => {
    const [first, second] = fires(aRule(above('310'), 1), inputsOf(days([300, 311, 312, 300, 300, 311, 309])));
    expect(first).toMatchObject({ date: '2020-01-02', until: '2020-01-03' });
    expect(second).toMatchObject({ date: '2020-01-06', until: '2020-01-07' });
  });

  test.each([
    [['305.10', '318.20'], 'closed at 318.20, above 310.00', 'gapped from 305.10 to 318.20'],
    [['309.80', '310.40'], 'closed at 310.40, above 310.00', '309.80 on 1 Jan 2020'],
    [['309.80', '310'], 'closed at 310.00, your threshold', '309.80 on 1 Jan 2020'],
    [['309.80', '310.001'], 'closed at 310.001, above 310', '309.80 on 1 Jan 2020'],
    [['309.999', '310'], 'closed at 310.00, your threshold', '309.999 on 1 Jan 2020'],
  ])('%j', (closes, what, why) => {
    const rule = aRule(above('310'), 1);
    const inputs = inputsOf(days(closes));
    const [fire] = fires(rule, inputs);
    expect(fire && fireText(rule, fire, inputs)).toEqual({ what, why });
  });
});

describe('suspect closes', () => {
  test('a ten-fold misprint fires nothing, and re-arms nothing', () => {
    expect(firesOn(aRule(above('310'), 1), days([300, 3000, 301]))).toEqual([]);
    expect(firesOn(aRule(above('310'), 1), days([300, 311, '31.1', 312]))).toEqual([2]);
    expect(firesOn(aRule(change(5), 1), days([300, 3000, 301]))).toEqual([]);
    const average: Condition = { kind: 'average', direction: 'below', fast: 1, slow: 3 };
    expect(firesOn(aRule(average, 3), days([300, 301, 302, 3000, 303, 304]))).toEqual([]);
  });

  test('a confirmation by the next close fires, with the date of the jump', () => {
    expect(firesOn(aRule(above('310'), 1), days([300, 3000]))).toEqual([]);
    expect(firesOn(aRule(above('310'), 1), days([300, 3000, 3010]))).toEqual([2]);
  });
});

describe('splits', () => {
  const split = [{}, {}, { split: '4' }];
  test('a declared split rescales the threshold', () => {
    const rule = aRule(above('310'), 1);
    expect(firesOn(rule, days([300, 304, 76, '77.49', '77.5'], split))).toEqual([5]);
    expect(firesOn(aRule(below('290'), 1), days([300, 304, 76, 74, '72.5'], split))).toEqual([5]);
  });

  test('and the base', () => {
    expect(firesOn(aRule(change(5), 1), days([300, 304, 76, 77], split))).toEqual([]);
    expect(firesOn(aRule(change(10, 'start'), 1), days([300, 304, 76, '82.5'], split))).toEqual([4]);
  });

  test('and the volume', () => {
    const extras = Array.from({ length: 23 }, (_, i) => ({
      volume: i < 21 ? '100' : '400',
      ...(i === 21 && { split: '4' }),
    }));
    const observations = days([...Array(21).fill(400), 100, 100], extras);
    expect(firesOn(aRule({ kind: 'volume', factor: 2 }, 20), observations)).toEqual([]);
  });

  test('a history that the vendor rescaled rescales the threshold; one corrected close does not', () => {
    const closes = days([300, 302, 304, 303, 301]).map(({ date, close }) => ({ date, close }));
    const rule = aRule(above('310'), 5, { start: { date: '2020-01-05', closes } });
    expect(firesOn(rule, days([75, '75.5', 76, '75.75', '75.25', 76, '77.5']))).toEqual([7]);
    expect(firesOn(rule, days([300, 302, 304, 303, 330, 305, 309, 310]))).toEqual([8]);
  });
});

test('how far back the series begins changes no fire of averages and ranges', () => {
  const closes = fc.array(fc.integer({ min: 80, max: 120 }), { minLength: 60, maxLength: 90 });
  const conditions = fc.constantFrom<Condition>(
    { kind: 'average', direction: 'above', fast: 1, slow: 10 },
    { kind: 'average', direction: 'below', fast: 3, slow: 10 },
    change(5, { sessionsAgo: 3 }),
    above('100.5'),
  );
  fc.assert(
    fc.property(closes, conditions, fc.integer({ min: 0, max: 15 }), (values, condition, cut) => {
      const all = days(values);
      const rule = aRule(condition, 30);
      expect(firesOn(rule, all.slice(cut))).toEqual(firesOn(rule, all));
    }),
  );
});
