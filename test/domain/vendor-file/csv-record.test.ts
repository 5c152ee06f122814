import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import Papa from 'papaparse';
import { csvRecord } from '../../../lambdas/domain/vendor-file/csv-record.ts';
import { read } from '../../support/deliveries.ts';

/** Characters that begin a formula in a spreadsheet, including full-width ones. */
const DANGEROUS = /^[=+\-@\t\r\n＝＋－＠]/;
const BREAKS = ['\u2028', '\u2029', '\r', '\n', '\u0085', '\v', '\f'];
const SIGNS = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

const cellsOf = (text: string): string[] =>
  Papa.parse<string[]>(text, { newline: '\r\n', delimiter: ',' }).data[0] ?? [];

test('no exported cell begins like a formula, and no cell loses other content', () => {
  const cell = fc
    .array(
      fc.oneof(
        fc.constantFrom(...SIGNS, ...BREAKS, '"', ',', ' ', "'", '1', 'cmd'),
        fc.string({ unit: 'grapheme', maxLength: 3 }),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (cells) => {
      const found = cellsOf(csvRecord(cells));
      expect(found.filter((one) => DANGEROUS.test(one))).toEqual([]);
      expect(found).toEqual(cells.map((one) => (DANGEROUS.test(one) ? `'${one}` : one)));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  '=1+1\u2028',
  '=1+1\r ',
  "=cmd|' /C calc'!A0\u2029",
  '@SUM(1)\r',
  '=1+1',
  '=HYPERLINK("http://x")',
  '\u2028=1+1',
  '"=1+1\u2028"',
  ' =1+1',
  '\uFF1D1+1',
  '\t=1',
])('a bad row that begins with %j is harmless in the quarantine file', async (bad) => {
  const rows = Array.from({ length: 50 }, (_, i) => `A${i},1,2020-01-02,I`).join('\n');
  const { quarantine } = await read(
    `ticker,close,date,action\n${rows}\n${bad},1,2020-01-02,I\n`,
    '2020-01-10.incremental',
  );
  const [, ...records] = Papa.parse<string[]>(gunzipSync(quarantine ?? '').toString(), { newline: '\r\n' }).data;
  expect(records[0]).toHaveLength(5);
  expect(records.flat().filter((cell) => DANGEROUS.test(cell))).toEqual([]);
});
