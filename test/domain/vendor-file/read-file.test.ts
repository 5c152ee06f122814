import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describeProblem } from '../../../lambdas/domain/vendor-file/bad-file.ts';
import { aDelivery, EXAMPLE_HISTORY, EXAMPLE_INCREMENTAL, read, readAs, streamOf } from '../../support/deliveries.ts';

const packed = ({ packer }: Awaited<ReturnType<typeof read>>) =>
  [...packer.segments()].map(({ ticker, year, rows }) => [ticker, year, rows]);

describe('the example', () => {
  test('has eleven good rows and a bad one', async () => {
    const history = await read(EXAMPLE_HISTORY, '2023-04-01.history');
    const incremental = await read(EXAMPLE_INCREMENTAL);
    expect(history.rows).toMatchObject({ read: 7, accepted: 6, quarantined: 1 });
    expect(incremental.rows).toMatchObject({ read: 5, accepted: 5, quarantined: 0 });
    expect(gunzipSync(history.quarantine ?? '').toString()).toBe(
      'line,column,expected,found,row\r\n' +
        `8,Closing Val,"a positive decimal like 101.25, of at most 18 digits before and after the point","""-50""","Ticker-Bad1,-50,2023-04-01"\r\n`,
    );
  });
});

describe('a file reads the same', () => {
  const plain = read(EXAMPLE_INCREMENTAL).then(packed);
  test.each([
    ['gzipped', gzipSync(EXAMPLE_INCREMENTAL)],
    ['with a byte order mark', `\ufeff${EXAMPLE_INCREMENTAL}`],
    ['with CRLF', EXAMPLE_INCREMENTAL.replaceAll('\n', '\r\n')],
    ['without a last line break', EXAMPLE_INCREMENTAL.trimEnd()],
    ['with empty lines', EXAMPLE_INCREMENTAL.replaceAll('\n', '\n\n')],
    [
      'with other names in its header',
      EXAMPLE_INCREMENTAL.replace('ticker,Closing Val,Timestamp,Action', ' SYMBOL ,Close, date,ACTION'),
    ],
    ['with quotes everywhere and CRLF', EXAMPLE_INCREMENTAL.replaceAll(/[^,\n]+/g, '"$&"').replaceAll('\n', '\r\n')],
  ])('%s', async (_what, content) => {
    expect(packed(await read(content))).toEqual(await plain);
  });

  test('in chunks of any size, also if they cut characters', async () => {
    const content = EXAMPLE_INCREMENTAL.replaceAll('Ticker-', 'Größe€-');
    const whole = packed(await read(content));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.boolean(), async (size, zipped) => {
        const body = streamOf(zipped ? gzipSync(content) : content, size);
        expect(packed(await readAs(body, aDelivery(), 0.2))).toEqual(whole);
      }),
    );
  });
});

describe('a file is rejected as a whole', () => {
  const many = (bad: number, good: number) =>
    ['ticker,close,date,action', ...Array(bad).fill('X,-1,2023-04-01,I'), ...Array(good).fill('X,1,2023-04-01,I')].join(
      '\n',
    );
  test.each([
    ['that is empty', '', 'line 1: expected a header line, found an empty file'],
    ['of nothing but a header', 'ticker,close,date,action\n', 'expected at least one valid row, found none'],
    [
      'without a close',
      'ticker,date,action\n',
      /line 1, column "close": expected a header with a column of closes, such as .* found "ticker, date, action"/,
    ],
    [
      'with two closes of one name',
      'ticker,close,Close,date,action\n',
      'line 1, column "close": expected one column for close, found "close" and "Close". Rename or remove the others.',
    ],
    ['of an incremental without actions', 'ticker,close,date\n', /column "action"/],
    [
      'separated by colons',
      'ticker:close:date:action\n',
      /separated by commas, semicolons, tabs or |, found "ticker:close/,
    ],
    [
      'in UTF-16',
      Buffer.from('\ufeffticker,close', 'utf16le'),
      'line 1: expected UTF-8 text, found what looks like UTF-16',
    ],
    [
      'in Latin-1',
      Buffer.from('ticker,close,date,action\nX,1,2023-04-01,I\nGrößé,1,2023-04-01,I\n', 'latin1'),
      'line 3: expected UTF-8 text, found bytes that are not UTF-8',
    ],
    [
      'whose gzip is truncated',
      gzipSync('ticker,close,date,action\n'.repeat(99)).subarray(0, 40),
      /expected a complete gzip file/,
    ],
    [
      'with a line without end',
      `ticker,close,date,action\n${'x'.repeat(1 << 21)}`,
      /line 2: expected lines of at most/,
    ],
    [
      'with nothing valid',
      'ticker,close,date,action\nX,-1,2023-04-01,I\n',
      /^expected at least one valid row, found 1 bad, the first: line 2, column "close": expected a positive/,
    ],
    [
      'with more than a fifth of bad rows',
      many(3, 10),
      /expected at most 20 % bad rows, found 3 bad of 13 \(23.1 %\), the first: line 2, column "close"/,
    ],
  ])('%s', async (_what, content, reason) => {
    const { rejection } = await read(content);
    expect(rejection && describeProblem(rejection)).toMatch(reason);
  });

  test('but not with exactly a fifth', async () => {
    expect((await read(many(2, 8))).rejection).toBeUndefined();
  });
});

test('line numbers are exact, for any chunks and with empty lines', async () => {
  const content = 'ticker,close,date\n\nX,1,2020-01-01\n\n\nX,1,2020-01-02\nX,-1,2020-01-01\n';
  for (let size = 1; size < 60; size++) {
    const { problems } = await readAs(streamOf(content, size), aDelivery({ kind: 'history' }), 1);
    expect(problems.map(({ line }) => line)).toEqual([7]);
  }
});

test('the stream of a file that is rejected early is closed', async () => {
  let closed = false;
  async function* endless() {
    try {
      yield Buffer.from('ticker;close\n');
      for (;;) yield Buffer.from('x\n'.repeat(100));
    } finally {
      closed = true;
    }
  }
  expect((await readAs(endless(), aDelivery(), 0.2)).rejection).toBeDefined();
  expect(closed).toBe(true);
});

test('within a file the later line wins, and duplicates are counted', async () => {
  const { packer } = await read(
    'ticker,close,date\nX,1,2020-01-02\nX,2,2020-01-01\nX,3,2020-01-02\n',
    '2020-01-02.history',
  );
  expect([...packer.segments()]).toMatchObject([
    { rows: '0101 2\n0102 3', overwritten: 1, first: '0101', last: '0102', rowCount: 2 },
  ]);
});

test('a history row that is not an insert is quarantined', async () => {
  const { rows, problems } = await read(
    `ticker,close,date,action\n${'X,1,2020-01-01,I\n'.repeat(5)}X,1,2020-01-01,D\n`,
    '2020-01-02.history',
  );
  expect(rows.quarantined).toBe(1);
  expect(problems).toMatchObject([{ column: 'action', expected: 'I in a history file', found: '"D"' }]);
});

test('the quarantine file defuses formulas', async () => {
  const { quarantine } = await read(
    `ticker,close,date,action\n${'X,1,2023-04-01,I\n'.repeat(5)}=cmd|' /C calc'!A0,1,2023-04-01,I\n`,
  );
  expect(gunzipSync(quarantine ?? '').toString()).toContain(`,"'=cmd|' /C calc'!A0,1,2023-04-01,I"\r\n`);
});

test('the quarantine file has the original rows, including quotes', async () => {
  const good = 'X,1,2023-04-01,I\n'.repeat(8);
  const { quarantine } = await read(`ticker,close,date,action\n${good}A,"1,0,0",2023-04-01,I\n"B,5,2023-04-01,I\n`);
  const rows = Papa.parse<string[]>(
    gunzipSync(quarantine ?? '')
      .toString()
      .trim(),
  ).data.map((row) => row[4]);
  expect(rows).toEqual(['row', 'A,"1,0,0",2023-04-01,I', '"B,5,2023-04-01,I']);
});
