import fc from 'fast-check';
import { parseDeliveryId } from '../../../lambdas/contracts/delivery-id.ts';
import type { Profile } from '../../../lambdas/contracts/profile.ts';
import { describeProblem } from '../../../lambdas/domain/vendor-file/bad-file.ts';
import { type Tried, tryFile, wholeFile } from '../../../lambdas/domain/vendor-file/try-file.ts';

// Files from which a wrong close was once stored without a word, or a row lost.

const tried = (lines: readonly string[], kind = 'history', profile: Profile = {}): Promise<Tried> =>
  tryFile(wholeFile(Buffer.from(`${lines.join('\n')}\n`)), parseDeliveryId(`2020-01-10.${kind}`), {
    maxRejectedShare: 0.2,
    maxFileBytes: 10_000_000,
    profile: { version: 1, profile },
  });
const closesOf = ({ observations }: Tried) => observations.map(({ ticker, close }) => `${ticker} ${close}`);

const GOOD = Array.from({ length: 20 }, (_, i) => `T${i},10.5,2020-01-10`);

test.each<[string, string[], RegExp, Profile?]>([
  [
    'a second table with another value',
    [
      'Symbol,Date,Close',
      ...['A', 'B', 'C'].map((one) => `${one},2020-01-10,310.33`),
      'Symbol,Date,Volume',
      'A,2020-01-10,35161200',
    ],
    /line 5: expected one header, found a second one/,
  ],
  [
    'an unquoted comma in each number',
    ['ticker,date,close,volume', 'SPX,2020-01-10,3,265.35,', 'DJI,2020-01-10,28,823.77,'],
    /in quotes/,
  ],
  [
    'an unquoted decimal comma in each number',
    [
      'ticker,date,close,volume',
      'EURUSD,2020-01-10,1,1134,',
      'GBPUSD,2020-01-10,1,3067,',
      'USDJPY,2020-01-10,109,4512,',
    ],
    /in quotes/,
  ],
  [
    'a value in a column without a name',
    ['ticker,date,close,', 'SAP,2020-01-10,122,51', 'SIE,2020-01-10,116,42'],
    /column without a name/,
  ],
  ['two columns of actions', ['ticker,close,date,action,Action', 'A,310.33,2020-01-10,I,D'], /one column for action/],
  [
    'several closes of few tickers',
    [
      'RIC,Instrument,Date,Close',
      ...Array.from({ length: 40 }, (_, i) => `R${i},${i % 2 ? 'ETF' : 'Share'},2020-01-10,${10 + i}`),
    ],
    /one close for each ticker and day/,
    { columns: { ticker: 'Instrument' } },
  ],
  [
    'pounds in a file of pence',
    ['Ticker,Close (GBP),Date', 'VOD,1.524,2020-01-10'],
    /prices in pence/,
    { unit: 'pence' },
  ],
  ['a close of another year', ['Ticker,Date,2018 Close', 'A,2020-01-10,39.4'], /Is "2018 Close" the column of closes/],
  ['UTF-16 without its mark', ['t\0i\0c\0k\0e\0r\0,\0', 'A\0'], /UTF-16/],
])('%s is refused', async (_what, lines, reason, profile = {}) => {
  const { state, rejection } = await tried(lines, 'history', profile);
  expect({ state, why: rejection && describeProblem(rejection) }).toEqual({
    state: 'rejected',
    why: expect.stringMatching(reason),
  });
});

test.each<[string, string, RegExp]>([
  ['a Treasury quote', "ZN,128'160,2020-01-10", /a positive decimal/],
  ['an error of Excel', '#N/A,310.33,2020-01-10', /an error of Excel/],
  ['a total', 'Subtotal,365.83,2020-01-10', /looks like a trailer/],
  ['a total with a colon', 'Total:,365.83,2020-01-10', /looks like a trailer/],
  ['a ticker in quotes', "'AAPL',310.33,2020-01-10", /without quotes/],
  ['lines in one line', 'C,1,2020-01-10\rD,2,2020-01-10', /LF or CRLF/],
  ['a date with another separator', 'SAP,95.5,03.02.2019', /a date/],
])('%s is a bad row', async (_what, row, reason) => {
  const { problems, observations } = await tried(['ticker,close,date', ...GOOD, row]);
  expect(problems.map(describeProblem)).toEqual([expect.stringMatching(reason)]);
  expect(observations).toHaveLength(GOOD.length);
});

test('dates with two separators are settled for the more frequent one', async () => {
  const days = [14, 15, 16, 17, 18].map((day) => `A,150.25,01/${day}/2019`);
  const { observations, problems } = await tried([
    'ticker,close,date',
    ...days,
    'B,95.5,03.02.2019',
    'B,95.7,04.02.2019',
  ]);
  expect(observations.map(({ date }) => date)).toEqual([
    '2019-01-14',
    '2019-01-15',
    '2019-01-16',
    '2019-01-17',
    '2019-01-18',
  ]);
  expect(problems).toHaveLength(2);
  const settled = await tried(['ticker,close,date', 'A,150.25,14/01/2019', 'B,95.5,03.02.2019'], 'history', {
    dateFormat: 'dd/mm/yyyy',
  });
  expect(settled.observations.map(({ date }) => date)).toEqual(['2019-01-14', '2019-02-03']);
});

test('a row whose company has the name of a trailer is no trailer', async () => {
  const { rows } = await tried([
    'Company,Ticker,Close,Date',
    ...GOOD.map((row) => `X,${row}`),
    'Record plc,REC.L,33.2,n/a',
  ]);
  expect(rows).toMatchObject({ quarantined: 1, withoutContent: 0 });
});

test('a number with an unquoted comma is a bad row behind the sample, too', async () => {
  const many = Array.from({ length: 3_200 }, (_, i) => `T${i},2020-01-10,10.5,1000`);
  const { problems, observations } = await tried(['ticker,date,close,volume', ...many, 'SPX,2020-01-10,3,265.35,']);
  expect(problems).toMatchObject([{ line: 3_202, expected: expect.stringContaining('in quotes') }]);
  expect(observations).toHaveLength(many.length);
});

test('whole closes of any number of digits survive a trailing comma, unless they may be two parts of one number', async () => {
  const whole = fc.integer({ min: 1, max: 99_999 });
  const rows = fc.array(fc.tuple(whole, fc.integer({ min: 1_000, max: 9_999_999 })), { minLength: 3, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const lines = given.map(([close, volume], i) => `T${i},2020-01-10,${close},${volume},`);
      const found = await tried(['ticker,date,close,volume', ...lines]);
      const isSame = new Set(given.map(([, volume]) => String(volume).length)).size === 1;
      if (isSame && String(given[0]?.[1]).length <= 6) expect(found.state).toBe('rejected');
      else expect(closesOf(found)).toEqual(given.map(([close], i) => `T${i} ${close}`));
    }),
    { numRuns: 100 },
  );
});
