import fc from 'fast-check';
import { digestRecord } from '../../../lambdas/contracts/ledger-record.ts';
import { corrections } from '../../../lambdas/domain/digest/corrections.ts';
import { packShown, shownOf } from '../../../lambdas/domain/digest/shown.ts';
import { aSeries, dailyCloses } from '../../support/series.ts';

/** What a record of the ledger keeps of a mail. */

const segment = fc.tuple(fc.integer({ min: 1990, max: 2020 }), fc.nat(40)).map(([year, n]) => `${year}#${n}`);
const showings = fc.uniqueArray(
  fc.record({
    ticker: fc.constantFrom('A', 'BRK.B', 'constructor', '^GSPC', 'EUR/USD', 'X:Y'),
    window: fc.constantFrom(30, 90, 365),
    segments: fc.uniqueArray(segment, { maxLength: 60 }),
  }),
  { selector: ({ ticker }) => ticker },
);

test('is read back as it was', () => {
  fc.assert(
    fc.property(showings, (all) => {
      const shown = packShown(all);
      expect(digestRecord.shape.shown.parse(JSON.parse(JSON.stringify(shown)))).toEqual(shown);
      for (const { ticker, window, segments } of all)
        expect(shownOf(shown, 'd', ticker)).toEqual({ digest: 'd', window, segments: new Set(segments) });
      expect(shownOf(shown, 'd', 'NONE')).toBeUndefined();
    }),
  );
});

test('of a backfill of years fits an item of DynamoDB, which takes 400 KB', () => {
  const days = Array.from({ length: 4_000 }, (_, i) => `${2005 + (i % 16)}#0055AED6DCD9${String(i).padStart(6, '0')}`);
  // Some came to the market later.
  const all = Array.from({ length: 500 }, (_, i) => ({ ticker: `T${i}`, window: 90, segments: days.slice(i % 5) }));
  expect(Buffer.byteLength(JSON.stringify(packShown(all)))).toBeLessThan(150_000);
  expect(shownOf(packShown(all), 'd', 'T499')?.segments.size).toBe(3_996);
});

test('leaves out those with the most segments where it is too much', () => {
  const all = [9, 500, 3].map((many, i) => ({
    ticker: `T${i}`,
    window: 90,
    segments: Array.from({ length: many }, (_, n) => `${i}#${n}`),
  }));
  expect(Object.keys(packShown(all, 1_000).tickers).sort()).toEqual(['T0', 'T2']);
});

test.each([
  [30, 30, ['2020-01-10']],
  // They were shown 30 days only, though their chart has a year by now.
  [365, 30, ['2020-01-10']],
  [30, 365, ['2020-01-10']],
  [365, 365, ['2019-11-20', '2020-01-10']],
])(
  'corrected is what stands in the chart now (%d days) and stood in that of the last mail (%d)',
  (window, shown, dates) => {
    const delivery = '2020-01-10.incremental';
    const told = [
      { date: '2019-11-20', close: '1', delivery },
      { date: '2020-01-10', close: '2', delivery },
    ];
    const now = aSeries(dailyCloses(['5', '6']));
    expect(corrections('A', told, now, { window, shown }).map(({ date }) => date)).toEqual(dates);
  },
);
