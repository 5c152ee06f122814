import fc from 'fast-check';
import { fold, folded } from '../../../lambdas/domain/prices/fold.ts';
import type { StoredSegment } from '../../../lambdas/domain/prices/segment-version.ts';
import { seriesOf } from '../../../lambdas/domain/prices/series.ts';
import { versions } from '../../../lambdas/domain/prices/versions.ts';
import { storedSegments } from '../../support/deliveries.ts';

const prices = (id: string, ...rows: string[]) =>
  storedSegments(['ticker,close,date,action', ...rows].join('\n'), `${id}.incremental`);
const declared = (date: string, ...rows: string[]) =>
  storedSegments(['action,ticker,date,value', ...rows].join('\n'), `declared/${date}.incremental`);

const closesOf = (ticker: string, segments: readonly StoredSegment[], asOf?: string) =>
  fold(ticker, segments, asOf).map(({ date, close }) => `${date.slice(8)} ${close}`);

/** FB until 8 June, META from 9 June on. */
const facebook = async (...more: StoredSegment[][]) => [
  ...(await prices('2022-06-07', 'FB,195,2022-06-07,I')),
  ...(await prices('2022-06-08', 'FB,196,2022-06-08,I')),
  ...(await prices('2022-06-09', 'META,184,2022-06-09,I')),
  ...(await declared('2022-06-10', 'R,META,2022-06-09,FB')),
  ...more.flat(),
];

describe('a rename', () => {
  test('makes two names one ticker, and copies nothing', async () => {
    const segments = await facebook();
    for (const name of ['FB', 'META']) {
      expect(closesOf(name, segments)).toEqual(['07 195', '08 196', '09 184']);
      expect(folded(name, segments).name).toBe('META');
    }
    expect(segments.filter(({ year }) => year === '9999').map(({ ticker, rows }) => `${ticker}: ${rows}`)).toEqual([
      'FB: to 2022-06-09 META',
      'META: from 2022-06-09 FB',
    ]);
  });

  test('that lies ahead keeps the old name until its first close', async () => {
    const before = (await facebook()).filter(({ delivery }) => !delivery.startsWith('2022-06-09'));
    expect(folded('META', before)).toMatchObject({ name: 'FB', observations: [{ close: '195' }, { close: '196' }] });
  });

  test('is known from its file date on, and leaves no trace once it is revoked', async () => {
    const segments = await facebook();
    expect(closesOf('META', segments, '2022-06-09')).toEqual(['09 184']);
    expect(closesOf('FB', segments, '2022-06-09')).toEqual(['07 195', '08 196']);
    const revoked = segments.filter(({ delivery }) => !delivery.startsWith('declared/'));
    expect(closesOf('META', revoked)).toEqual(['09 184']);
    expect(folded('FB', revoked).name).toBe('FB');
  });

  test('keeps what vendors still send under the old name; of one delivery the new name counts', async () => {
    const late = await prices('2022-06-13', 'FB,195.5,2022-06-07,U', 'META,175,2022-06-10,I', 'FB,1,2022-06-10,I');
    expect(closesOf('META', await facebook(late))).toEqual(['07 195.5', '08 196', '09 184', '10 175']);
  });

  test('keeps the closes when the vendor retires the old name; its later rows are of another ticker', async () => {
    const retired = await prices('2022-06-13', 'FB,,,D', 'META,175,2022-06-10,I');
    const reused = await prices('2025-06-13', 'FB,30,2025-06-13,I');
    expect(closesOf('META', await facebook(retired, reused))).toEqual(['07 195', '08 196', '09 184', '10 175']);
    expect(versions('META', await facebook(retired, reused)).filter(({ validTo }) => !validTo)).toHaveLength(4);
  });

  test('does not mix the ticker with an earlier one of the new name', async () => {
    const earlier = await prices('2022-01-28', 'META,12,2022-01-28,I');
    const retired = await prices('2022-01-31', 'META,,,D');
    expect(closesOf('FB', await facebook(earlier, retired))).toEqual(['07 195', '08 196', '09 184']);
    expect(versions('FB', await facebook(earlier, retired))[0]).toMatchObject({
      close: '12',
      validTo: expect.stringMatching(/^2022-01-31/),
    });
  });

  test('does not keep a ticker alive that is retired under its new name', async () => {
    const gone = await prices('2022-06-13', 'META,,,D');
    expect(closesOf('FB', await facebook(gone))).toEqual([]);
    expect(versions('FB', await facebook(gone)).every(({ validTo }) => validTo)).toBe(true);
  });

  test('that closes a circle is ignored, in whatever file it comes', async () => {
    const circle = await declared('2022-07-01', 'R,FB,2022-07-01,META');
    expect(folded('META', await facebook(circle)).history.names).toEqual(['FB', 'META']);
  });

  test('that a later declaration replaces does not count', async () => {
    const corrected = await declared('2022-07-01', 'R,METV,2022-06-09,FB');
    const segments = await facebook(corrected);
    expect(closesOf('META', segments)).toEqual(['09 184']);
    expect(folded('FB', segments).history.names).toEqual(['FB', 'METV']);
  });

  test('follows another one', async () => {
    const again = [
      ...(await declared('2023-01-03', 'R,MVRS,2023-01-03,META')),
      ...(await prices('2023-01-03', 'MVRS,120,2023-01-03,I')),
    ];
    for (const name of ['FB', 'META', 'MVRS'])
      expect(folded(name, await facebook(again))).toMatchObject({
        name: 'MVRS',
        observations: { length: 4 },
        history: { names: ['FB', 'META', 'MVRS'] },
      });
  });
});

describe('a declared split', () => {
  const raw = () => prices('2020-08-31', 'A,400,2020-08-27,I', 'A,404,2020-08-28,I', 'A,101,2020-08-31,I');
  const seriesIn = async (...rows: string[]) =>
    seriesOf('A', fold('A', [...(await raw()), ...(await declared('2020-09-01', ...rows))]), 0.5);

  test('rescales the closes before it, on its date or the first close after it', async () => {
    for (const date of ['2020-08-31', '2020-08-29']) {
      const series = await seriesIn(`S,A,${date},4:1`);
      expect(series?.adjusted.map(({ close }) => close)).toEqual(['100', '101', '101']);
      expect(series?.splits).toEqual([{ date: '2020-08-31', ratio: 4, kind: 'declared', closes: 'raw' }]);
    }
  });

  test('of the operator counts instead of the one of the vendor', async () => {
    const vendor = await storedSegments(
      'ticker,close,date,split\nA,400,2020-08-28,\nA,101,2020-08-31,0.25\n',
      '2020-08-31.history',
    );
    const segments = [...vendor, ...(await declared('2020-09-01', 'S,A,2020-08-31,4'))];
    expect(fold('A', segments).at(-1)).toMatchObject({ close: '101', split: '4' });
  });

  test('that lies ahead has no effect yet', async () => {
    expect((await seriesIn('S,A,2020-09-15,4'))?.splits.filter(({ kind }) => kind === 'declared')).toEqual([]);
  });

  test('belongs to all names of the ticker', async () => {
    const split = await declared('2022-06-20', 'S,FB,2022-06-09,2:1');
    expect(fold('META', await facebook(split)).at(-1)).toMatchObject({ close: '184', split: '2' });
  });
});

describe('for any deliveries and declarations', () => {
  const name = fc.constantFrom('A', 'B', 'C');
  const row = fc.record({ ticker: name, day: fc.integer({ min: 1, max: 5 }), close: fc.integer({ min: 1, max: 99 }) });
  const rename = fc.record({ from: name, to: name, day: fc.integer({ min: 1, max: 8 }) });
  const delivery = fc.record({
    day: fc.integer({ min: 5, max: 9 }),
    rows: fc.array(row, { maxLength: 5 }),
    renames: fc.array(rename, { maxLength: 2 }),
  });
  const deliveries = fc.uniqueArray(delivery, { maxLength: 4, selector: ({ day }) => day });
  type Of = typeof deliveries extends fc.Arbitrary<infer T> ? T : never;

  const store = async (of: Of): Promise<StoredSegment[]> => {
    const stored = of.flatMap(({ day, rows, renames }) => [
      prices(`2020-01-0${day}`, ...rows.map(({ ticker, day: on, close }) => `${ticker},${close},2020-01-0${on},I`)),
      declared(`2020-01-0${day}`, ...renames.map(({ from, to, day: on }) => `R,${to},2020-01-0${on},${from}`)),
    ]);
    return (await Promise.all(stored)).flat();
  };
  const results = (segments: readonly StoredSegment[]) =>
    ['A', 'B', 'C'].map((ticker) => {
      const { observations, name: current, history } = folded(ticker, segments);
      return { current, names: history.names, closes: observations.map(({ date, close }) => `${date} ${close}`) };
    });

  test('the order of arrival does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (of) => {
        const segments = await store(of);
        expect(results(segments.toReversed())).toEqual(results(segments));
      }),
      { numRuns: 200 },
    );
  });

  test('every name has one place in one chain, and all names of a chain show the same', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (of) => {
        const found = results(await store(of));
        for (const { names } of found) {
          expect(new Set(names).size).toBe(names.length);
          const same = found.filter((one) => one.names.some((other) => names.includes(other)));
          expect(new Set(same.map((one) => JSON.stringify([one.names, one.closes]))).size).toBe(1);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('no close is lost: each date that a file has is a date of its ticker', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (of) => {
        const segments = await store(of);
        for (const { ticker, day } of of.flatMap(({ rows }) => rows))
          expect(fold(ticker, segments).map(({ date }) => date)).toContain(`2020-01-0${day}`);
      }),
      { numRuns: 100 },
    );
  });
});
