import fc from 'fast-check';
import { ledgerRecord } from '../../../lambdas/contracts/ledger-record.ts';
import { corrections } from '../../../lambdas/domain/digest/corrections.ts';
import { displayedTicker, packDisplayed } from '../../../lambdas/domain/digest/displayed.ts';
import { aSeries, dailyCloses } from '../../support/series.ts';

/** What a ledger record keeps of the content of a mail. */

const segment = fc.tuple(fc.integer({ min: 1990, max: 2020 }), fc.nat(40)).map(([year, n]) => `${year}#${n}`);
const mails = fc.uniqueArray(
  fc.record({
    ticker: fc.constantFrom('A', 'BRK.B', 'constructor', '^GSPC', 'EUR/USD', 'X:Y'),
    window: fc.constantFrom(30, 90, 365),
    segments: fc.uniqueArray(segment, { maxLength: 60 }),
  }),
  { selector: ({ ticker }) => ticker },
);

test('is read back as it was packed', () => {
  fc.assert(
    fc.property(mails, (all) => {
      const packed = packDisplayed(all);
      expect(ledgerRecord.shape.displayed.parse(JSON.parse(JSON.stringify(packed)))).toEqual(packed);
      for (const { ticker, window, segments } of all)
        expect(displayedTicker(packed, 'd#d#d', ticker)).toEqual({
          ticker,
          digest: 'd#d#d',
          window,
          segments: new Set(segments),
        });
      expect(displayedTicker(packed, 'd#d#d', 'NONE')).toBeUndefined();
    }),
  );
});

test('of a mail after a backfill of years fits into an item of DynamoDB (400 KB)', () => {
  const days = Array.from({ length: 4_000 }, (_, i) => `${2005 + (i % 16)}#0055AED6DCD9${String(i).padStart(6, '0')}`);
  // Some tickers have fewer days.
  const all = Array.from({ length: 500 }, (_, i) => ({ ticker: `T${i}`, window: 90, segments: days.slice(i % 5) }));
  expect(Buffer.byteLength(JSON.stringify(packDisplayed(all)))).toBeLessThan(150_000);
  expect(displayedTicker(packDisplayed(all), 'd#d#d', 'T499')?.segments.size).toBe(3_996);
});

test('leaves out the tickers with the most segments if it is too large', () => {
  const all = [9, 500, 3].map((many, i) => ({
    ticker: `T${i}`,
    window: 90,
    segments: Array.from({ length: many }, (_, n) => `${i}#${n}`),
  }));
  expect(Object.keys(packDisplayed(all, 1_000).tickers).sort()).toEqual(['T0', 'T2']);
});

test.each([
  [30, 30, ['2020-01-10']],
  // The last mail displayed 30 days, the chart now has a year.
  [365, 30, ['2020-01-10']],
  [30, 365, ['2020-01-10']],
  [365, 365, ['2019-11-20', '2020-01-10']],
])(
  'a correction must be in the chart now (%d days) and in that of the last mail (%d days)',
  (current, displayed, dates) => {
    const delivery = '2020-01-10.incremental';
    const before = [
      { date: '2019-11-20', close: '1', delivery },
      { date: '2020-01-10', close: '2', delivery },
    ];
    const now = aSeries(dailyCloses(['5', '6']));
    expect(corrections('A', before, now, { current, displayed }).map(({ date }) => date)).toEqual(dates);
  },
);
