import fc from 'fast-check';
import { compareDeliveries, parseDeliveryId } from '../../../lambdas/contracts/delivery-id.ts';
import { fold } from '../../../lambdas/domain/prices/fold.ts';
import type { StoredSegment } from '../../../lambdas/domain/prices/segment-version.ts';
import { seriesOf } from '../../../lambdas/domain/prices/series.ts';
import { exampleSegments, ofTicker, storedSegments } from '../../support/deliveries.ts';

describe('the example', () => {
  test('has nine observations, with the correction applied', async () => {
    const segments = await exampleSegments();
    const tickers = ['Ticker-1', 'Ticker-2', 'Ticker-3', 'Ticker-Bad1'];
    const current = tickers.map((ticker) =>
      fold(ticker, ofTicker(segments, ticker)).map(({ date, close }) => `${date} ${close}`),
    );
    expect(current).toEqual([
      ['2023-01-01 95', '2023-04-01 100', '2023-04-02 95'],
      ['2023-01-01 100', '2023-04-01 105', '2023-04-02 100'],
      ['2023-01-01 105', '2023-04-01 114', '2023-04-02 105'],
      [],
    ]);
  });

  test('as of 1 April has the suspect close 1110', async () => {
    const then = fold('Ticker-3', ofTicker(await exampleSegments(), 'Ticker-3'), '2023-04-01');
    expect(then.at(-1)).toMatchObject({ date: '2023-04-01', close: '1110' });
    expect([...(seriesOf('Ticker-3', then, 0.5)?.suspects ?? [])]).toEqual(['2023-04-01']);
  });

  test.each([
    ['2023-04-01T19:59:59Z', 0],
    ['2023-04-01T20:00:00Z', 2],
    ['2023-04-02T19:59:59Z', 2],
    ['2023-04-02T20:00:00Z', 3],
  ])(
    'as of the instant %s, %i observations are known: deliveries are valid from 16:00 New York time',
    async (asOf, count) => {
      expect(fold('Ticker-3', ofTicker(await exampleSegments(), 'Ticker-3'), asOf)).toHaveLength(count);
    },
  );

  test('has the close that a correction replaced', async () => {
    const [, corrected] = fold('Ticker-3', ofTicker(await exampleSegments(), 'Ticker-3'));
    expect(corrected).toMatchObject({ close: '114', corrects: '1110', delivery: '2023-04-02.incremental' });
  });
});

describe('retirement', () => {
  test('removes all observations before that line, in this and earlier deliveries, and none after', async () => {
    const segments = [
      ...(await storedSegments('ticker,close,date\nX,1,2020-01-01\nX,2,2020-01-02\n', '2020-01-02.history')),
      ...(await storedSegments(
        'ticker,close,date,action\nX,3,2020-01-03,I\nX,,,D\nX,4,2020-01-04,I\n',
        '2020-01-04.incremental',
      )),
      ...(await storedSegments('ticker,close,date,action\nX,5,2020-01-05,I\n', '2020-01-05.incremental')),
    ];
    expect(fold('X', segments).map(({ close }) => close)).toEqual(['4', '5']);
  });

  test('that arrives late does not change observations of later deliveries', async () => {
    const later = await storedSegments('ticker,close,date,action\nX,5,2020-01-05,I\n', '2020-01-05.incremental');
    const retirement = await storedSegments('ticker,close,date,action\nX,,,D\n', '2020-01-04.incremental');
    expect(fold('X', [...later, ...retirement]).map(({ close }) => close)).toEqual(['5']);
  });
});

test("a late file of Tuesday does not undo Wednesday's correction", async () => {
  const tuesday = await storedSegments('ticker,close,date,action\nX,10,2020-01-06,U\n', '2020-01-07.incremental');
  const wednesday = await storedSegments('ticker,close,date,action\nX,20,2020-01-06,U\n', '2020-01-08.incremental');
  expect(fold('X', [...wednesday, ...tuesday])).toMatchObject([{ close: '20', corrects: '10' }]);
});

describe('for any deliveries', () => {
  const line = fc.record({
    ticker: fc.constantFrom('A', 'B'),
    day: fc.integer({ min: 1, max: 5 }),
    close: fc.integer({ min: 1, max: 999 }),
    action: fc.constantFrom('I', 'U', 'D', 'retire'),
  });
  const file = fc.record({
    day: fc.integer({ min: 5, max: 8 }),
    kind: fc.constantFrom('history', 'incremental'),
    feed: fc.constantFrom('', 'eu/', 'us/'),
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
  });
  const files = fc.uniqueArray(file, { maxLength: 6, selector: ({ day, kind, feed }) => `${day}${kind}${feed}` });
  type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

  const idOf = ({ feed, day, kind }: File) => `${feed}2020-01-0${day}.${kind}`;
  const linesOf = ({ kind, lines }: File) =>
    lines
      .filter(({ action }) => kind === 'incremental' || action === 'I')
      .map(({ ticker, day, close, action }) =>
        action === 'retire' ? `${ticker},,,D` : `${ticker},${action === 'D' ? '' : close},2020-01-0${day},${action}`,
      );
  const store = async (of: File[]): Promise<StoredSegment[]> =>
    (
      await Promise.all(of.map((f) => storedSegments(['ticker,close,date,action', ...linesOf(f)].join('\n'), idOf(f))))
    ).flat();
  const closes = (segments: StoredSegment[]) =>
    ['A', 'B'].map((ticker) => fold(ticker, ofTicker(segments, ticker)).map(({ date, close }) => `${date} ${close}`));

  /** The same, line by line: what a person would do with all files one after another. */
  function naive(of: File[]): string[][] {
    const prices = new Map<string, Map<string, string>>([
      ['A', new Map()],
      ['B', new Map()],
    ]);
    const inOrder = of.toSorted((a, b) => compareDeliveries(parseDeliveryId(idOf(a)), parseDeliveryId(idOf(b))));
    for (const [ticker = '', close = '', date = '', action] of inOrder
      .flatMap(linesOf)
      .map((text) => text.split(','))) {
      if (action === 'D' && !date) prices.get(ticker)?.clear();
      else if (action === 'D') prices.get(ticker)?.delete(date);
      else prices.get(ticker)?.set(date, close);
    }
    return [...prices.values()].map((dates) => [...dates].sort().map(([date, close]) => `${date} ${close}`));
  }

  test('the fold equals the result of all lines, one after another', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (of) => expect(closes(await store(of))).toEqual(naive(of))),
      { numRuns: 300 },
    );
  });

  test('the order and number of arrivals do not matter', async () => {
    const shuffled = files.chain((of) =>
      fc.tuple(fc.constant(of), fc.shuffledSubarray([...of, ...of], { minLength: 0 })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([of, more]) => {
        const once = await store(of);
        const again = [...(await store(more)), ...once.toReversed()];
        expect(closes(again)).toEqual(closes(once));
      }),
      { numRuns: 200 },
    );
  });

  test('a file split by ticker over two feeds has the same result', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (of) => {
        const unfed = of.filter(({ feed }) => feed === '');
        const split = unfed.flatMap((f) =>
          ['A', 'B'].map((ticker) => ({
            ...f,
            feed: `${ticker}/` as '',
            lines: f.lines.filter((l) => l.ticker === ticker),
          })),
        );
        expect(closes(await store(split))).toEqual(closes(await store(unfed)));
      }),
      { numRuns: 150 },
    );
  });

  test('a removed delivery leaves no trace', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.nat(), async (of, n) => {
        const revoked = of[n % Math.max(1, of.length)];
        const rest = of.filter((f) => f !== revoked);
        const left = (await store(of)).filter(({ delivery }) => !revoked || delivery !== idOf(revoked));
        expect(closes(left)).toEqual(naive(rest));
      }),
      { numRuns: 150 },
    );
  });
});
