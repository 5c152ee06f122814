import fc from 'fast-check';
import { canonicalDecimal } from '../../../lambdas/domain/vendor-file/decimal.ts';
import { read } from '../../support/deliveries.ts';

/** Reads one row of an incremental file with nine good ones, so that one bad row does not reject the file. */
async function readBeside(row: string, header = 'ticker,close,date,action') {
  const extras = ','.repeat(header.split(',').length - 4);
  const good = Array.from({ length: 9 }, (_, i) => `GOOD,1,2023-03-0${i + 1},I${extras}`);
  return read([header, row, ...good].join('\n'));
}

describe('a row is quarantined', () => {
  test.each([
    ['without a ticker', ',1,2023-04-01,I', 'ticker', 'nothing'],
    ['with a ticker of 33 characters', `${'X'.repeat(33)},1,2023-04-01,I`, 'ticker', `"${'X'.repeat(33)}"`],
    ['with a formula for a ticker', '=1+1,1,2023-04-01,I', 'ticker', '"=1+1"'],
    ['with markup in the ticker', '<b>X</b>,1,2023-04-01,I', 'ticker', '"<b>X</b>"'],
    ['with a right-to-left mark in the ticker', 'A\u202eB,1,2023-04-01,I', 'ticker', '"A\\u{202e}B"'],
    ['with a close of zero', 'X,0.00,2023-04-01,I', 'close', '"0.00"'],
    ['with a negative close', 'X,-50,2023-04-01,U', 'close', '"-50"'],
    ['with a close in words', 'X,n/a,2023-04-01,I', 'close', '"n/a"'],
    ['with an exponent that is too large', 'X,1e400,2023-04-01,I', 'close', '"1e400"'],
    ['with groups of two digits', 'X,"1,0,0",2023-04-01,I', 'close', '"1,0,0"'],
    ['with 19 digits before the point', 'X,1234567890123456789,2023-04-01,I', 'close', '"1234567890123456789"'],
    ['without a date', 'X,1,,I', 'date', 'nothing'],
    ['with a date that is none', 'X,1,2023-02-30,I', 'date', '"2023-02-30"'],
    ['with a date of another format', 'X,1,01.04.2023,I', 'date', '"01.04.2023"'],
    ["with a date after the file's", 'X,1,2023-04-03,I', 'date', '"2023-04-03"'],
    ['with an unknown action', 'X,1,2023-04-01,X', 'action', '"X"'],
    ['without an action', 'X,1,2023-04-01,', 'action', 'nothing'],
  ])('%s', async (_what, row, column, found) => {
    const { rows, problems, rejection } = await readBeside(row);
    expect(rejection).toBeUndefined();
    expect(rows).toMatchObject({ read: 10, accepted: 9, quarantined: 1 });
    expect(problems).toEqual([{ line: 2, column, expected: expect.any(String), found }]);
  });

  test.each([
    ['more fields than the header', 'X,1,2023-04-01,I,extra', '5'],
    ['fewer fields than the header', 'X,1', '2'],
  ])('with %s', async (_what, row, found) => {
    const expected = expect.stringMatching(/^4 fields as in the header/);
    expect((await readBeside(row)).problems).toEqual([{ line: 2, expected, found }]);
  });

  test('with a quote that is never closed, without affecting other rows', async () => {
    const { rows, problems } = await readBeside('"X,1,2023-04-01,I');
    expect(rows).toMatchObject({ read: 10, accepted: 9, quarantined: 1 });
    expect(problems[0]).toMatchObject({ line: 2, expected: 'quotes that open and close on one line' });
  });
});

describe('a row is accepted', () => {
  test.each([
    ['with white space around its fields', ' X , 1.5 , 2023-04-01 , i ', '0401 1.5'],
    ['with quotes', '"X","1.5","2023-04-01","I"', '0401 1.5'],
    ['as an update', 'X,1.50,2023-04-01,U', '0401 1.5'],
    ['as a deletion, whatever its close', 'X,junk,2023-04-01,D', '0401 D'],
    ['as a retirement', 'X,,,D', 'retired'],
    ["on the file's own date", 'X,7,2023-04-02,I', '0402 7'],
    ['on a leap day', 'X,7,2020-02-29,I', '0229 7'],
    [
      'with more digits than a float has',
      'X,123456789012345678.123456789,2023-04-01,I',
      '0401 123456789012345678.123456789',
    ],
  ])('%s', async (_what, row, packed) => {
    const { packer, rows } = await readBeside(row);
    expect(rows.quarantined).toBe(0);
    expect([...packer.segments()].find(({ ticker }) => ticker === 'X')?.rows).toBe(packed);
  });

  test('with an optional value that cannot be read: the close stands, and the value is counted', async () => {
    const { packer, reading } = await readBeside('X,1,2023-04-01,I,abc,0.9', 'ticker,close,date,action,volume,open');
    expect([...packer.segments()].find(({ ticker }) => ticker === 'X')?.rows).toBe('0401 1 o0.9');
    expect(reading.unreadable).toEqual({ volume: 1 });
  });

  test('with additional columns of the vendor', async () => {
    const { packer } = await readBeside('X,1,2023-04-01,I,1200,0.90', 'ticker,close,date,action,volume,open');
    expect([...packer.segments()].find(({ ticker }) => ticker === 'X')?.rows).toBe('0401 1 o0.9 v1200');
  });
});

test('accepted rows, bad ones, and lines without a close or content add up to the lines of any file', async () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('X', '1.5', '2023-04-01', 'I', 'D', '', '"', '\r', ',', '\n'));
  const text = fc
    .array(fc.array(cell, { maxLength: 6 }), { maxLength: 12 })
    .map((lines) => lines.map((l) => l.join(',')).join('\n'));
  await fc.assert(
    fc.asyncProperty(text, async (body) => {
      const content = `ticker,close,date,action\n${body}`;
      const { rows, reading } = await read(content, '2023-04-02.incremental', 1);
      // A file whose format cannot be settled is not read.
      if (Object.keys(reading.columns).length === 0) return;
      expect(rows.accepted + rows.quarantined + rows.withoutClose).toBe(rows.read);
      expect(rows.read + rows.withoutContent).toBe(content.replace(/\n$/, '').split('\n').length - 1);
    }),
    { numRuns: 500 },
  );
});

test('a canonical decimal has the value of its source', () => {
  const digits = fc.stringMatching(/^\d{1,18}$/);
  fc.assert(
    fc.property(digits, fc.option(digits), (whole, fraction) => {
      const canonical = canonicalDecimal(fraction === null ? whole : `${whole}.${fraction}`) ?? '';
      const [w = '', f = ''] = canonical.split('.');
      expect(BigInt(w)).toBe(BigInt(whole));
      expect(f.padEnd(18, '0')).toBe((fraction ?? '').padEnd(18, '0'));
      expect(canonical).not.toMatch(/^0\d|\.$|\.\d*0$/);
    }),
  );
});
