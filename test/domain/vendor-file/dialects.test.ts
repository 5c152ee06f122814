import fc from 'fast-check';
import { parseDeliveryId } from '../../../lambdas/contracts/delivery-id.ts';
import type { Profile } from '../../../lambdas/contracts/profile.ts';
import { describeProblem } from '../../../lambdas/domain/vendor-file/bad-file.ts';
import { type Tried, tryFile, wholeFile } from '../../../lambdas/domain/vendor-file/try-file.ts';

/** One row of a table, before a vendor writes it down. Prices are whole cents. */
type Cell = { ticker: string; date: string; cents: number; volume: number };

const FILE_DATE = '2020-01-10';
const DATES = ['2019-12-13', '2019-12-16', '2019-12-27', '2019-12-30', '2019-12-31', '2020-01-02', '2020-01-09'];

const tried = (text: string, { kind = 'history', profile = {} as Profile } = {}): Promise<Tried> =>
  tryFile(wholeFile(Buffer.from(text)), parseDeliveryId(`${FILE_DATE}.${kind}`), {
    maxRejectedShare: 0.2,
    maxFileBytes: 1e7,
    profile: { version: 1, profile },
  });

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const parts = (date: string) => date.split('-') as [string, string, string];
const monthOf = (date: string) => MONTHS[Number(date.slice(5, 7)) - 1] ?? '';
const DATE_STYLES: Record<string, (date: string) => string> = {
  iso: (date) => date,
  midnight: (date) => `${date} 00:00:00`,
  'midnight and offset': (date) => `${date}T00:00:00-05:00`,
  compact: (date) => date.replaceAll('-', ''),
  slashes: (date) => date.replaceAll('-', '/'),
  'named month': (date) => `${date.slice(8)}-${monthOf(date)}-${date.slice(0, 4)}`,
  'month first, named': (date) => `${monthOf(date)} ${Number(date.slice(8))}, ${date.slice(0, 4)}`,
  'month first': (date) => [parts(date)[1], parts(date)[2], parts(date)[0]].join('/'),
  'day first': (date) => [parts(date)[2], parts(date)[1], parts(date)[0]].join('.'),
  'with a 12-hour midnight': (date) =>
    `${Number(date.slice(5, 7))}/${Number(date.slice(8))}/${date.slice(0, 4)} 12:00:00 AM`,
};

type Dialect = {
  delimiter: string;
  dates: string;
  mark: '.' | ',';
  isGrouped: boolean;
  sign: string;
  isQuoted: boolean;
  lineBreak: string;
  isTrailing: boolean;
  header: string[];
};

const HEADERS = [
  ['ticker', 'Closing Val', 'Timestamp', 'Volume'],
  ['<TICKER>', '<CLOSE>', '<DATE>', '<VOL>'],
  ['Symbol', 'Close/Last', 'Date', 'Vol.'],
  ['symbol', 'closePrice', 'tradeDate', 'volume'],
  ['RIC', '4. close', 'Datetime', 'Total Volume'],
  ['Instrument', 'Price (USD)', 'Trade Date', 'Trade Volume*'],
];

const dialect: fc.Arbitrary<Dialect> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  dates: fc.constantFrom(...Object.keys(DATE_STYLES)),
  mark: fc.constantFrom('.' as const, ',' as const),
  isGrouped: fc.boolean(),
  sign: fc.constantFrom('', '$', '€', '€ '),
  isQuoted: fc.boolean(),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  isTrailing: fc.boolean(),
  header: fc.constantFrom(...HEADERS),
});

const table: fc.Arbitrary<Cell[]> = fc
  .array(
    fc.record({
      ticker: fc.constantFrom('AA', 'BRK.B', 'CARR#', 'BF B', '$SPX'),
      date: fc.constantFrom(...DATES),
      cents: fc.integer({ min: 1, max: 900_000_000 }),
      volume: fc.integer({ min: 0, max: 2_000_000 }),
    }),
    { minLength: 25, maxLength: 60 },
  )
  .map((rows) => [...new Map(rows.map((row) => [`${row.ticker} ${row.date}`, row])).values()])
  .map((rows) => [...rows, ...DATES.map((date, i) => ({ ticker: 'ALL', date, cents: 100 + i, volume: 5 }))]);

function written(rows: readonly Cell[], style: Dialect): string {
  const group = style.mark === '.' ? ',' : '.';
  const grouped = (whole: string) => (style.isGrouped ? whole.replace(/\B(?=(\d{3})+$)/g, group) : whole);
  const price = (cents: number) =>
    `${style.sign}${grouped(String(Math.floor(cents / 100)))}${style.mark}${String(cents % 100).padStart(2, '0')}`;
  const field = (text: string) => (style.isQuoted || text.includes(style.delimiter) ? `"${text}"` : text);
  const line = (fields: string[]) =>
    fields.map(field).join(style.delimiter) + (style.isTrailing ? style.delimiter : '');
  const date = DATE_STYLES[style.dates] ?? String;
  return [
    line(style.header),
    ...rows.map((row) => line([row.ticker, price(row.cents), date(row.date), String(row.volume)])),
  ].join(style.lineBreak);
}

const plain = (cents: number) => String(Number((cents / 100).toFixed(2)));

test('one table reads the same in every dialect', async () => {
  await fc.assert(
    fc.asyncProperty(table, dialect, async (rows, style) => {
      const { rejection, observations, rows: counts } = await tried(written(rows, style));
      expect(rejection && describeProblem(rejection)).toBeUndefined();
      expect(counts).toMatchObject({ accepted: rows.length, quarantined: 0 });
      const found = observations.map(({ ticker, date, close, volume }) => [ticker, date, close, volume].join(' '));
      const expected = rows.map(({ ticker, date, cents, volume }) => [ticker, date, plain(cents), volume].join(' '));
      expect(found.sort()).toEqual(expected.sort());
    }),
    { numRuns: 400 },
  );
});

describe('what is ambiguous is refused, and each answer settles it', () => {
  const rowsOf = (count: number, row: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => row(i)).join('\n');
  const days = ['01/02/2019', '03/04/2019', '05/06/2019', '07/08/2019'];
  test.each([
    [
      'days and months',
      `ticker,close,date\n${rowsOf(12, (i) => `T${i},1.5,${days[i % 4]}`)}`,
      /01\/02\/2019 is 2 January or 1 February/,
    ],
    [
      'one bad day among few',
      `ticker,close,date\n${rowsOf(9, (i) => `T${i},1.5,01/0${i + 1}/2019`)}\nX,1.5,01/25/2019\nY,1.5,25/01/2019`,
      /is .* or /,
    ],
    [
      'points before three digits',
      `ticker;close;date\n${rowsOf(9, (i) => `T${i};1.23${i};2020-01-02`)}`,
      /"1.230" is 1.23 or 1230/,
    ],
    [
      'quoted points',
      `ticker,close,date\n${rowsOf(9, (i) => `T${i},"1.23${i}",2020-01-02`)}`,
      /"1.230" is 1.23 or 1230/,
    ],
    [
      'commas before three digits',
      `ticker;close;date\n${rowsOf(9, (i) => `T${i};1,23${i};2020-01-02`)}`,
      /"1,230" is 1230 or 1.23/,
    ],
    [
      'years of two digits',
      `ticker,close,date\n${rowsOf(9, (i) => `T${i},1.5,0${i + 1}/02/19`)}`,
      /a year of two digits/,
    ],
    ['seconds since 1970', `ticker,close,date\n${rowsOf(9, (i) => `T${i},1.5,${1_577_923_200 + i}`)}`, /an epoch time/],
    [
      'a column "Name"',
      `name,close,date\n${rowsOf(9, (i) => `T${i},1.5,2020-01-02`)}`,
      /Is "name" the column of tickers\?/,
    ],
    [
      'only an adjusted close',
      `ticker,Adj Close,date\n${rowsOf(9, (i) => `T${i},1.5,2020-01-02`)}`,
      /Is "Adj Close" the column of closes\?/,
    ],
  ])('%s', async (_what, text, question) => {
    const { rejection, answers, observations } = await tried(text);
    expect(rejection && describeProblem(rejection)).toMatch(question);
    expect(observations).toEqual([]);
    expect(answers.length).toBeGreaterThan(0);
    for (const { profile } of answers) {
      const settled = await tried(text, { profile });
      const isMoment = settled.rejection?.found.includes('a moment');
      expect(settled.state === 'applied' || isMoment).toBe(true);
    }
  });

  test('an incremental file without actions', async () => {
    const { answers } = await tried('ticker,close,date\nA,1,2020-01-09\n', { kind: 'incremental' });
    expect(answers.map(({ profile }) => profile)).toEqual([{ defaultAction: 'I' }]);
  });

  test('closes outside of low and high: is it the adjusted close?', async () => {
    const text = `ticker,close,low,high,date\n${rowsOf(20, (i) => `T${i},${i < 3 ? 9 : 2},1,3,2020-01-02`)}`;
    const { rejection } = await tried(text);
    expect(rejection && describeProblem(rejection)).toMatch(/3 of 20 rows outside.*previous or the adjusted close\?/);
  });

  test('two series for one symbol: which rows are meant?', async () => {
    const text = `ticker,SERIES,close,date\n${rowsOf(20, (i) => `T${i % 10},${i < 10 ? 'EQ' : 'BE'},${i + 1},2020-01-02`)}`;
    const { rejection } = await tried(text);
    expect(rejection && describeProblem(rejection)).toMatch(/set a filter .* "SERIES"/);
    const filtered = await tried(text, { profile: { filter: { column: 'series', equals: 'EQ' } } });
    expect(filtered.observations).toHaveLength(10);
    expect(filtered.rows).toMatchObject({ accepted: 10, withoutContent: 10 });
  });
});

describe('evidence', () => {
  const HEADER = 'ticker,close,date\n';
  const good = (count: number) =>
    Array.from({ length: count }, (_, i) => `T${i},1.5,01/${13 + (i % 15)}/2019`).join('\n');

  test('one bad row never flips five hundred good ones', async () => {
    const found = await tried(`${HEADER}${good(500)}\nX,1.5,25/01/2019\n`);
    expect(found.reading.dateFormat).toBe('mm/dd/yyyy');
    expect(found.rows).toMatchObject({ accepted: 500, quarantined: 1 });
  });

  test('the date of the file settles a day: a row cannot be of a later day', async () => {
    const { observations } = await tried(`${HEADER}A,1.5,01/10/2020\nB,2.5,01/10/2020\n`);
    expect(observations.map(({ date }) => date)).toEqual(['2020-01-10', '2020-01-10']);
  });

  test('a moment is not a trading day, unless the profile has a time zone', async () => {
    const text = `${HEADER}${Array.from({ length: 5 }, (_, i) => `T${i},1.5,2020-01-0${i + 1}T23:00:00Z`).join('\n')}\n`;
    expect((await tried(text)).problems[0]?.expected).toContain('a moment, not a trading day');
    const { observations } = await tried(text, { profile: { timeZone: 'Asia/Tokyo' } });
    expect(observations.map(({ date }) => date)[0]).toBe('2020-01-02');
  });

  test('98,7, may be 98.7: a surplus field is not dropped', async () => {
    const row = (i: number) => `T${i},2020-01-02,98,7,`;
    const { rejection } = await tried(
      `ticker,date,close,volume\n${Array.from({ length: 9 }, (_, i) => row(i)).join('\n')}`,
    );
    expect(rejection && describeProblem(rejection)).toMatch(/4 fields as in the header \(a number like 98,7/);
  });

  test('a unit and a decimal mark of the profile are exact', async () => {
    const text = `ticker;close;date\nVOD;1.234;2020-01-02\nBP;512;2020-01-02\n`;
    const { observations } = await tried(text, { profile: { unit: 'pence', decimalMark: ',' } });
    expect(observations.map(({ close }) => close).sort()).toEqual(['12.34', '5.12']);
  });

  test('optional values never cost the close', async () => {
    const text = `ticker,close,open,volume,split,date\nA,1.5,N/A,41.66M,0.0,2020-01-02\nB,2,-,1.23E+08,4,2020-01-02\n`;
    const { observations, reading } = await tried(text);
    expect(observations).toEqual([
      { ticker: 'A', date: '2020-01-02', close: '1.5', volume: '41660000' },
      { ticker: 'B', date: '2020-01-02', close: '2', volume: '123000000', split: '4' },
    ]);
    expect(reading.unreadable).toEqual({ open: 2 });
  });
});

describe('what vendors really tried: no wrong value is stored', () => {
  const problemsOf = async (text: string, profile: Profile = {}) => {
    const { rejection, problems, observations } = await tried(text, { profile });
    const all = [...(rejection ? [rejection] : []), ...problems].map(describeProblem);
    return { all: all.join(' | '), closes: observations.map(({ ticker, close }) => `${ticker} ${close}`) };
  };

  test('a number with unquoted commas beside an empty last column is a bad row', async () => {
    const rows = 'AAPL,2020-01-10,300.35,33870100\nMSFT,2020-01-10,161.34,5\nKO,2020-01-10,55.5,7\n';
    const { all, closes } = await problemsOf(`ticker,date,close,volume\n${rows}SPX,2020-01-10,3,265.35,\n`);
    expect(all).toMatch(/4 fields as in the header \(a number like/);
    expect(closes).not.toContain('SPX 3');
  });

  test('a point that groups volumes cannot be trusted to be decimal in prices', async () => {
    const rows = ['N225', 'DAX', 'MIB'].map((ticker, i) => `${ticker},2020-01-10,23.85${i},1.234.567\n`).join('');
    expect((await problemsOf(`ticker,date,close,volume\n${rows}`)).all).toMatch(/"23.850" is 23.85 or 23850/);
  });

  test('volumes are left out if the prices use the other mark', async () => {
    const rows = ['SAP', 'SIE', 'ALV'].map((ticker, i) => `${ticker},2020-01-10,"122,5${i}",12.34${i}\n`).join('');
    const { observations, reading } = await tried(`ticker,date,close,volume\n${rows}`);
    expect(observations.map(({ close, volume }) => [close, volume])).toContainEqual(['122.51', undefined]);
    expect(reading.unreadable).toEqual({ volume: 3 });
  });

  test('one quoted comma contradicts the rule that an unquoted point is decimal', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => `I${i},2020-01-10,13.1${String(i).padStart(2, '0')}\n`).join('');
    expect((await problemsOf(`ticker,date,close\n${rows}X,2020-01-10,"98,50"\n`)).all).toMatch(/ is 13.1.* or 131/);
  });

  test('a second header with another order rejects the file', async () => {
    const text =
      'ticker,date,open,close\nA,2020-01-10,1,2\nB,2020-01-10,1,2\nticker,date,close,open\nC,2020-01-10,3,4\n';
    expect((await problemsOf(text)).all).toMatch(/line 4: expected one header, found a second one/);
  });

  test('a trailer with the date of the file is kept aside', async () => {
    const { all, closes } = await problemsOf(
      'ticker,close,date\nA,1,2020-01-10\nB,1,2020-01-10\nTRAILER,2,2020-01-10\n',
    );
    expect(all).toMatch(/looks like a trailer/);
    expect(closes).toEqual(['A 1', 'B 1']);
  });

  test('a broken row is bad, also if the filter cannot find its column', async () => {
    const text =
      'ticker,name,series,close,date\nA,x,EQ,1,2020-01-10\nB,x,EQ,1,2020-01-10\nC,a, b,EQ,1,2020-01-10\nD,x,BE,1,2020-01-10\n';
    const { rows } = await tried(text, { profile: { filter: { column: 'series', equals: 'EQ' } } });
    expect(rows).toMatchObject({ accepted: 2, quarantined: 1, withoutContent: 1 });
  });

  test.each([
    ['20-01-10', ['2020-01-10 (yy/mm/dd)']],
    ['202001100000', []],
  ])('no wrong date is offered for %s', async (date, offered) => {
    const { answers } = await tried(`ticker,date,close\nA,${date},1.5\nB,${date},1.5\n`);
    for (const one of offered) expect(answers.map(({ answer }) => answer).join()).toContain(one);
    if (offered.length === 0) expect(answers).toEqual([]);
  });

  test('a month is no day', async () => {
    expect((await problemsOf('ticker,date,close\nA,Dec 2019,1.5\n')).all).toMatch(/expected a date/);
  });

  test.each([
    ['85¢', {}],
    ['£4.95', { unit: 'pence' as const }],
    ['300.35 100', {}],
    ['12 3456.50', {}],
  ])('%s is no price', async (text, profile) => {
    const { closes } = await problemsOf(
      `ticker,date,close\nA,2020-01-10,1.5\nB,2020-01-10,1.5\nC,2020-01-10,${text}\n`,
      profile,
    );
    expect(closes).toHaveLength(2);
  });

  test('two candidates for an optional column cost that column, not the file', async () => {
    const { observations, reading } = await tried('ticker,date,close,Volume,VOLUME\nA,2020-01-10,1.5,1,2\n');
    expect(observations).toEqual([{ ticker: 'A', date: '2020-01-10', close: '1.5' }]);
    expect(reading.notUnderstood).toEqual(['Volume', 'VOLUME']);
  });

  test('Op may be the open', async () => {
    const { observations } = await tried('Date,Ticker,Op,Hi,Lo,Close\n2020-01-10,A,1,3,1,2\n');
    expect(observations).toHaveLength(1);
  });

  test('two series for most tickers are refused, however few there are', async () => {
    const rows = ['A', 'B', 'C'].map((ticker) => `${ticker},EQ,1,2020-01-10\n${ticker},BE,2,2020-01-10\n`).join('');
    expect((await problemsOf(`ticker,series,close,date\n${rows}`)).all).toMatch(/different closes for 3 of 3 tickers/);
  });

  test.each([
    ['ticker,close,date\rA,1,2020-01-10\r', /lines that end in LF or CRLF, found lines that end in CR alone/],
    ['"ticker,close,date"\n"A,1,2020-01-10"\n', /found lines in quotes as a whole/],
  ])('odd lines are named: %j', async (text, reason) => {
    expect((await problemsOf(text)).all).toMatch(reason);
  });
});
