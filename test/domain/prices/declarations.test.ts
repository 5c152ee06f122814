import fc from 'fast-check';
import { unpackRows } from '../../../lambdas/domain/delivery/segment.ts';
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

const namesOf = (ticker: string, segments: readonly StoredSegment[]) =>
  folded(ticker, segments).identity.names.map(({ name }) => name);

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
      expect(folded(name, segments).ticker).toBe('META');
    }
    expect(segments.filter(({ year }) => year === '9999').map(({ ticker, rows }) => `${ticker}: ${rows}`)).toEqual([
      'FB: to 2022-06-09 META',
      'META: from 2022-06-09 FB',
    ]);
  });

  test('that lies ahead keeps the old name until its first close', async () => {
    const before = (await facebook()).filter(({ delivery }) => !delivery.startsWith('2022-06-09'));
    expect(folded('META', before)).toMatchObject({ ticker: 'FB', observations: [{ close: '195' }, { close: '196' }] });
  });

  test('is known from its file date on, and leaves no trace once it is revoked', async () => {
    const segments = await facebook();
    expect(closesOf('META', segments, '2022-06-09')).toEqual(['09 184']);
    expect(closesOf('FB', segments, '2022-06-09')).toEqual(['07 195', '08 196']);
    const revoked = segments.filter(({ delivery }) => !delivery.startsWith('declared/'));
    expect(closesOf('META', revoked)).toEqual(['09 184']);
    expect(folded('FB', revoked).ticker).toBe('FB');
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

  test('keeps the closes if the vendor retires the old name in its last file', async () => {
    const retired = await prices('2022-06-08', 'FB,,,D');
    const before = (await facebook()).filter(({ delivery }) => !delivery.startsWith('2022-06-08'));
    expect(closesOf('META', [...before, ...retired])).toEqual(['07 195', '09 184']);
  });

  test('does not mix the ticker with an earlier one of the new name', async () => {
    const earlier = await prices('2022-01-28', 'META,12,2022-01-28,I', 'FB,300,2022-01-28,I');
    const retired = await prices('2022-01-31', 'META,,,D');
    const segments = await facebook(earlier, retired);
    expect(closesOf('FB', segments)).toEqual(['28 300', '07 195', '08 196', '09 184']);
    expect(versions('FB', segments).map(({ close, validTo }) => `${close} ${validTo}`)).toEqual(
      ['300', '195', '196', '184'].map((close) => `${close} undefined`),
    );
  });

  test('keeps the closes if the vendor frees the new name on the day of the rename', async () => {
    const segments = [
      ...(await prices('2022-06-08', 'META,9.1,2022-06-08,I', 'FB,196,2022-06-08,I')),
      ...(await prices('2022-06-09', 'META,,,D', 'META,184,2022-06-09,I')),
      ...(await declared('2022-06-10', 'R,META,2022-06-09,FB')),
    ];
    expect(closesOf('META', segments)).toEqual(['08 196', '09 184']);
  });

  test('of a ticker and of the one that takes its name keep the two apart', async () => {
    const segments = [
      ...(await prices('2022-01-28', 'META,12,2022-01-28,I', 'FB,300,2022-01-28,I')),
      ...(await prices('2022-01-31', 'METV,12.5,2022-01-31,I', 'FB,301,2022-01-31,I')),
      ...(await prices('2022-06-09', 'METV,9.1,2022-06-09,I', 'META,184,2022-06-09,I')),
      ...(await declared('2022-06-10', 'R,METV,2022-01-31,META', 'R,META,2022-06-09,FB')),
    ];
    for (const name of ['FB', 'META']) expect(closesOf(name, segments)).toEqual(['28 300', '31 301', '09 184']);
    expect(closesOf('METV', segments)).toEqual(['28 12', '31 12.5', '09 9.1']);
    expect([folded('META', segments).ticker, folded('METV', segments).ticker]).toEqual(['META', 'METV']);
  });

  test('to a name that another ticker still has does not take its closes before the date', async () => {
    const segments = [
      ...(await prices('2022-06-09', 'META,9.1,2022-06-09,I', 'FB,184,2022-06-09,I')),
      ...(await declared('2022-06-10', 'R,META,2022-07-01,FB')),
      ...(await prices('2022-06-10', 'META,9.2,2022-06-10,I', 'FB,185,2022-06-10,I')),
    ];
    expect(closesOf('FB', segments)).toEqual(['09 184', '10 185']);
  });

  test('lets the vendor send the older closes again under the new name', async () => {
    const again = await prices('2022-06-13', 'META,195.25,2022-06-08,I');
    expect(closesOf('META', await facebook(again))).toEqual(['07 195', '08 195.25', '09 184']);
  });

  test('does not keep a ticker alive that is retired under its new name', async () => {
    const gone = await prices('2022-06-13', 'META,,,D');
    expect(closesOf('FB', await facebook(gone))).toEqual([]);
    expect(versions('FB', await facebook(gone)).every(({ validTo }) => validTo)).toBe(true);
  });

  test('that closes a circle is ignored, in whatever file it comes', async () => {
    const circle = await declared('2022-07-01', 'R,FB,2022-07-01,META');
    expect(namesOf('META', await facebook(circle))).toEqual(['FB', 'META']);
  });

  test('that a later declaration replaces does not count', async () => {
    const corrected = await declared('2022-07-01', 'R,METV,2022-06-09,FB');
    const segments = await facebook(corrected);
    expect(closesOf('META', segments)).toEqual(['09 184']);
    expect(namesOf('FB', segments)).toEqual(['FB', 'METV']);
  });

  test('follows another one', async () => {
    const again = [
      ...(await declared('2023-01-03', 'R,MVRS,2023-01-03,META')),
      ...(await prices('2023-01-03', 'MVRS,120,2023-01-03,I')),
    ];
    for (const name of ['FB', 'META', 'MVRS']) {
      const segments = await facebook(again);
      expect(folded(name, segments)).toMatchObject({ ticker: 'MVRS', observations: { length: 4 } });
      expect(namesOf(name, segments)).toEqual(['FB', 'META', 'MVRS']);
    }
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

  test('is not of a ticker that was retired since, nor of one that had its name', async () => {
    const gone = await prices('2020-12-31', 'A,,,D', 'A,50,2020-12-31,I');
    const segments = [...(await raw()), ...(await declared('2020-09-01', 'S,A,2020-08-31,4')), ...gone];
    expect(fold('A', segments)).toMatchObject([{ close: '50' }]);
    expect(fold('A', segments)[0]?.split).toBeUndefined();
  });

  test.each([
    ['before the first close', ['S,A,2020-08-01,3'], undefined],
    ['twice before one close', ['S,A,2020-08-29,2', 'S,A,2020-08-30,3'], '6'],
  ])('%s', async (_what, rows, split) => {
    const series = await seriesIn(...rows);
    expect(series?.observations.map((one) => one.split)).toEqual([undefined, undefined, split]);
  });

  test.each(['137', '300', '1500', '9999'])('of 1:%s is read', async (old) => {
    const [split] = await declared('2020-09-01', `S,A,2020-08-31,1:${old}`);
    expect(Number(split?.rows.split(' ')[2]) * Number(old)).toBeCloseTo(1, 12);
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
    renames: fc.array(rename, { maxLength: 3 }),
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
      const { observations, ticker: current } = folded(ticker, segments);
      const closes = observations.map(({ date, close }) => `${date} ${close}`);
      return { current, names: namesOf(ticker, segments), closes, versions: versions(ticker, segments) };
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

  test('a name is once among the names of a ticker, and all names of a ticker show the same', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (of) => {
        const segments = await store(of);
        for (const { names } of results(segments)) {
          expect(new Set(names).size).toBe(names.length);
          // A name that another ticker took is of that one.
          const same = names.filter((name) => namesOf(name, segments).join() === names.join());
          const shown = same.map((name) => folded(name, segments).observations);
          expect(new Set(shown.map((one) => JSON.stringify(one))).size).toBe(Math.min(1, same.length));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the last version of each date is the current close', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (of) => {
        for (const { closes, versions: all } of results(await store(of)))
          expect(all.filter(({ validTo }) => !validTo).map(({ date, close }) => `${date} ${close}`)).toEqual(closes);
      }),
      { numRuns: 300 },
    );
  });

  test('no close is of two tickers', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (of) => {
        const segments = await store(of);
        const tickers = new Map(
          ['A', 'B', 'C'].map((name) => [namesOf(name, segments).join(), folded(name, segments).identity]),
        );
        for (const segment of segments.filter(({ year }) => year !== '9999')) {
          for (const { day } of unpackRows(segment)) {
            const date = `2020-${day.slice(0, 2)}-${day.slice(2)}`;
            const owners = [...tickers.values()].filter(({ known, isOwn }) =>
              known.some(
                (one) => one.ticker === segment.ticker && one.delivery === segment.delivery && isOwn(one, date),
              ),
            );
            expect(owners.length).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
