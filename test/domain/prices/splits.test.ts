import fc from 'fast-check';
import { addDays } from '../../../lambdas/contracts/dates.ts';
import { ratioText } from '../../../lambdas/contracts/format.ts';
import { chartModel } from '../../../lambdas/domain/chart/chart-model.ts';
import { correctionText } from '../../../lambdas/domain/digest/correction-text.ts';
import { corrections } from '../../../lambdas/domain/digest/corrections.ts';
import type { Observation } from '../../../lambdas/domain/prices/fold.ts';
import { changeOver, dayChange, type Series, seriesOf } from '../../../lambdas/domain/prices/series.ts';

const START = '2020-01-02';

/** One close a day. A close like `100 s4` declares a split on its day. */
const series = (...closes: (number | string)[]): Series => {
  const observations = closes.map((text, i): Observation => {
    const [close = '', split] = String(text).split(' s');
    return { date: addDays(START, i), close, delivery: '2020-01-31.history', ...(split && { split }) };
  });
  const found = seriesOf('AAPL', observations, 0.5);
  if (!found) throw new Error('Expected observations.');
  return found;
};
const day = (i: number) => addDays(START, i);
const closesOf = ({ adjusted }: Series) => adjusted.map(({ close }) => Number(close));

describe('a declared split', () => {
  test('rescales the closes before it if they show it', () => {
    const found = series(400, 404, '101 s4', 102);
    expect(found.splits).toEqual([{ date: day(2), ratio: 4, kind: 'declared', closes: 'raw' }]);
    expect(closesOf(found)).toEqual([100, 101, 101, 102]);
    expect(found.suspects.size).toBe(0);
    expect(changeOver(found, 2)).toBeCloseTo(0.01);
    // The observations stay as they were delivered.
    expect(found.observations.map(({ close }) => close)).toEqual(['400', '404', '101', '102']);
  });

  test('rescales nothing if the closes are adjusted already', () => {
    const found = series(100, 101, '101 s4', 102);
    expect(found.splits).toMatchObject([{ closes: 'already adjusted' }]);
    expect(closesOf(found)).toEqual([100, 101, 101, 102]);
  });

  test('rescales nothing if the closes contradict it', () => {
    expect(series(100, '400 s4', 401).splits[0]).toMatchObject({ kind: 'declared', closes: 'contradicting' });
  });

  test('of 3:2 and of 1:10 are told from an ordinary day', () => {
    expect(closesOf(series(150, '101 s1.5'))).toEqual([100, 101]);
    expect(closesOf(series(10, '101 s0.1'))).toEqual([100, 101]);
  });

  test('never adjusts twice, for any ratio and any move of the day', () => {
    const ratio = fc.constantFrom(1.5, 2, 3, 4, 5, 7, 10, 20, 0.5, 0.2, 0.1);
    fc.assert(
      fc.property(ratio, fc.double({ min: 0.9, max: 1.1, noNaN: true }), fc.boolean(), (n, move, isRaw) => {
        const after = 100 * move;
        const found = series(isRaw ? 100 * n : 100, `${after} s${n}`);
        const [before = 0] = closesOf(found);
        expect(before).toBeCloseTo(100, 6);
      }),
    );
  });
});

describe('a jump that looks like a split', () => {
  test('is suspect on its first day, then said to be perhaps a split; no change is computed across it', () => {
    const first = series(437.2, 110.4);
    expect([...first.suspects]).toEqual([day(1)]);
    expect(first.splits).toMatchObject([{ kind: 'probable', ratio: 4 }]);
    const second = series(436, 437.2, 110.4, 111.9);
    expect(second.suspects.size).toBe(0);
    expect(second.splits).toMatchObject([{ kind: 'probable', ratio: 4, date: day(2) }]);
    expect(dayChange(second)).toBeCloseTo(111.9 / 110.4 - 1);
    expect(changeOver(second, 3)).toBeUndefined();
    const model = chartModel(second, 90, 'light');
    expect([model.rangeText, model.changeText]).toEqual([`may be a 4:1 split on 4 Jan 2020`, '']);
  });

  test.each([
    [100, 50, 2],
    [10, 100, 0.1],
    [700, 100, 7],
  ])('%d → %d is %d', (before, after, ratio) => {
    expect(series(before, after, after).splits).toMatchObject([{ kind: 'probable', ratio }]);
    expect([...series(before, after).suspects]).toEqual([day(1)]);
  });

  test.each([
    [150, 100],
    [133.4, 100],
    [125, 100],
    [100, 61],
    [100, 240],
  ])('%d → %d is none: 3:2, 4:3 and 5:4 look like ordinary earnings days', (before, after) => {
    expect(series(before, after, after).splits).toEqual([]);
  });
});

test('a block of days at a hundred times, or a hundredth, is suspect as a whole', () => {
  expect([...series(10, 1010, 1020, 1005, 10.1).suspects]).toEqual([day(1), day(2), day(3)]);
  expect([...series(500, 5.1, 5.2, 505, 506).suspects]).toEqual([day(1), day(2)]);
  expect(series(10, 1010, 1020, 1030).suspects.size).toBe(0);
});

describe('a history that is rescaled by one factor', () => {
  const delivered = Array.from({ length: 40 }, (_, i): Observation => {
    return { date: day(i), close: String(400 + i), delivery: '2020-02-10.history' };
  });
  const rescaledBy = (factor: number, odd = 0) => {
    const closes = delivered.map(({ close }, i) => (Number(close) / factor + (i === 3 ? odd : 0)).toFixed(2));
    return { ...series(...closes), last: { date: day(39), close: '1', delivery: '' } };
  };

  test('is one correction', () => {
    const found = corrections('AAPL', delivered, rescaledBy(4), { current: 90, displayed: 90 });
    expect(found.map((one) => correctionText(one))).toEqual(['AAPL: all closes up to 10 Feb 2020 divided by 4']);
    const up = corrections('AAPL', delivered, rescaledBy(0.1), { current: 90, displayed: 90 });
    expect(up.map((one) => correctionText(one))).toEqual(['AAPL: all closes up to 10 Feb 2020 multiplied by 10']);
  });

  test('is not, if one close is an exception', () => {
    expect(corrections('AAPL', delivered, rescaledBy(4, 7), { current: 90, displayed: 90 })).toHaveLength(40);
  });

  test('has no rings in the chart', () => {
    const corrected = delivered.map((one) => ({ ...one, corrects: one.close, close: String(Number(one.close) / 4) }));
    const found = seriesOf('AAPL', corrected, 0.5);
    expect(found && chartModel(found, 90, 'light').corrections).toEqual([]);
  });
});

test.each([
  [4, '4:1'],
  [0.1, '1:10'],
  [1.5, '3:2'],
])('the ratio %d is written %s', (ratio, text) => expect(ratioText(ratio)).toBe(text));

test('a mistake that looks like a split is none: the next close does not confirm it', () => {
  const found = series(100, 1000, 102);
  expect(found.splits).toEqual([]);
  expect(dayChange(found)).toBeCloseTo(0.02);
});

describe('a jump is confirmed only by a close that is nearer to it than to the closes before', () => {
  test('a doubling that returns was a mistake', () => {
    const found = series(100, 200.5, 100.5, 101);
    expect([...found.suspects]).toEqual([day(1)]);
    expect(found.splits).toEqual([]);
    expect(dayChange(found)).toBeCloseTo(101 / 100.5 - 1);
  });
});

test('a rescaled history hides no other correction', () => {
  const delivered = Array.from({ length: 40 }, (_, i): Observation => {
    return { date: day(i), close: String(i >= 30 && i < 36 ? 40_000 : 400), delivery: '2020-02-10.history' };
  });
  const repaired = { ...series(...Array(40).fill(400)) };
  expect(corrections('AAPL', delivered, repaired, { current: 90, displayed: 90 })).toHaveLength(6);
  const odd = Array.from({ length: 40 }, (_, i) => (i === 7 ? '100.45' : '100.00'));
  const all = delivered.map((one) => ({ ...one, close: '400.00' }));
  expect(corrections('AAPL', all, series(...odd), { current: 90, displayed: 90 })).toHaveLength(40);
});

test('adjusted closes are decimals without an exponent', () => {
  expect(series('0.000003', '0.0000003 s10').adjusted[0]?.close).toBe('0.0000003');
});
