import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ema, type Indicator, sma } from '../../../lambdas/domain/indicators/averages.ts';
import { macd } from '../../../lambdas/domain/indicators/macd.ts';
import { rsi } from '../../../lambdas/domain/indicators/rsi.ts';

/** Answers of TA-Lib, if they are beside the project. */
const GOLDEN = join(import.meta.dirname, '../../../../shared/api-samples/indicators/talib-golden-synthetic.json');

const first = (values: Indicator): number => values.findIndex((value) => value !== undefined);
const closes = fc.array(fc.integer({ min: 1, max: 99_999 }), { minLength: 1, maxLength: 80 });

(existsSync(GOLDEN) ? test : test.skip)('all of them equal TA-Lib (skipped without ../shared)', () => {
  const golden = JSON.parse(readFileSync(GOLDEN, 'utf8'));
  const close: number[] = golden.close;
  const found = macd(close);
  for (const [name, values] of Object.entries({
    sma20: sma(close, 20),
    sma50: sma(close, 50),
    rsi14: rsi(close),
    macd: found.macd,
    macdSignal: found.signal,
    macdHist: found.histogram,
  })) {
    const expected: (number | null)[] = golden[name];
    expect({ name, first: first(values) }).toEqual({ name, first: expected.findIndex((value) => value !== null) });
    for (const [i, value] of expected.entries()) if (value !== null) expect(values[i]).toBeCloseTo(value, 8);
  }
});

test('an average is the mean of the last values, for any closes', () => {
  fc.assert(
    fc.property(closes, fc.integer({ min: 1, max: 60 }), (values, n) => {
      const found = sma(values, n);
      for (const [i, value] of found.entries()) {
        const last = values.slice(Math.max(0, i - n + 1), i + 1);
        if (last.length < n) expect(value).toBeUndefined();
        else expect(value).toBeCloseTo(last.reduce((a, b) => a + b) / n, 6);
      }
    }),
  );
});

test('an exponential average of a constant is the constant', () => {
  expect(ema([5, 5, 5, 5], 3)).toEqual([undefined, undefined, 5, 5]);
  expect(ema([1, 2, 3, 7], 3)).toEqual([undefined, undefined, 2, 4.5]);
});

describe('the RSI', () => {
  test('is the share of gains in all changes at its first index', () => {
    const values = Array.from({ length: 15 }, (_, i) => 100 + (i % 2 ? 3 : 0));
    expect(rsi(values)[14]).toBeCloseTo(50);
    expect(first(rsi(values))).toBe(14);
  });

  test.each([
    ['only rises', [1, 2, 3, 4, 5], 100],
    ['only falls', [5, 4, 3, 2, 1], 0],
    ['does not move', [5, 5, 5, 5, 5], 0],
  ])('of a price that %s', (_what, values, expected) => expect(rsi(values, 3).at(-1)).toBe(expected));

  test('is between 0 and 100, and mirrors if gains and losses are exchanged', () => {
    fc.assert(
      fc.property(closes, (values) => {
        const mirrored = rsi(
          values.map((value) => 100_000 - value),
          5,
        );
        for (const [i, value] of rsi(values, 5).entries()) {
          if (value === undefined) continue;
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(100);
          if (new Set(values.slice(0, i + 1)).size > 1) expect(value + (mirrored[i] ?? 0)).toBeCloseTo(100, 6);
        }
      }),
    );
  });
});

test('the MACD needs 34 closes, and is 0 for a constant price', () => {
  const constant = Array<number>(40).fill(7);
  const { macd: line, signal, histogram } = macd(constant);
  for (const values of [line, signal, histogram]) {
    expect(first(values)).toBe(33);
    expect(values.slice(33)).toEqual(Array(7).fill(0));
  }
  expect(macd(constant.slice(0, 33)).macd.every((value) => value === undefined)).toBe(true);
});
