import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cell, csv, jsonLines, Lake, LakeFault, type Rows, sql, table, writeFile } from '../../client/index.ts';
import { dropAndIngest } from '../support/drops.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { pulledLake } from '../support/pulled-lake.ts';

const COLUMNS: Rows['columns'] = [
  { name: 'ticker', type: 'string' },
  { name: 'date', type: 'date' },
  { name: 'close', type: 'decimal' },
  { name: 'name', type: 'string' },
];

const rowsOf = (rows: Cell[][]): Rows => ({
  columns: COLUMNS,
  batches: (async function* () {
    yield rows;
  })(),
  provenance: [],
});

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

const HOSTILE: Cell[][] = [
  ['AAPL', '2020-01-10', '310.33', 'Apple Inc.'],
  ['=cmd|x', '2020-01-10', '123456789012345678.123456789012345678', '+1 "quoted", with\na line break'],
  ['T', '2020-01-10', null, '\u202edcba\u0007'],
  ['A;=1+1', '2020-01-10', '1', ''],
];

test('CSV is safe to open in a spreadsheet, and exact', async () => {
  expect(await textOf(csv(rowsOf(HOSTILE)))).toBe(
    [
      'ticker,date,close,name',
      'AAPL,2020-01-10,310.33,Apple Inc.',
      `"'=cmd|x",2020-01-10,123456789012345678.123456789012345678,"'+1 ""quoted"", with\na line break"`,
      'T,2020-01-10,,\u202edcba\u0007',
      '"A;=1+1",2020-01-10,1,',
      '',
    ].join('\r\n'),
  );
});

test('JSON Lines keeps decimals as text and every character', async () => {
  const lines = (await textOf(jsonLines(rowsOf(HOSTILE)))).trim().split('\n');
  expect(lines.map((line) => Object.values(JSON.parse(line)))).toEqual(HOSTILE);
});

test('a table on a terminal shows no control characters', async () => {
  const text = await textOf(table(rowsOf(HOSTILE)));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about them.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(text.split('\n')[2]).toMatch(/^AAPL +2020-01-10 +310\.33 +Apple Inc\.$/);
});

describe('a file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'closing-bell-export-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each(['csv', 'jsonl', 'parquet'] as const)('%s is written whole, and again the same', async (format) => {
    const file = join(folder, `prices.${format}`);
    const written = await writeFile(rowsOf(HOSTILE), file, format, () => undefined);
    const first = readFileSync(file);
    expect(written).toEqual({ where: file, rows: HOSTILE.length, bytes: first.length });
    await writeFile(rowsOf(HOSTILE), file, format, () => undefined);
    expect(readFileSync(file).equals(first)).toBe(true);
    expect(readdirSync(folder)).toEqual([`prices.${format}`]);
  });

  test('Parquet keeps types and every digit', async () => {
    const file = join(folder, 'prices.parquet');
    await writeFile(rowsOf(HOSTILE), file, 'parquet', () => undefined);
    const lake = new Lake({ folder: await pulledLake(new MemoryWorld()) });
    const { columns, batches } = await sql(lake, `select * from read_parquet('${file}')`);
    expect(columns).toEqual(COLUMNS);
    const rows: Cell[][] = [];
    for await (const batch of batches) rows.push(...batch);
    expect(rows).toEqual(HOSTILE);
    await lake.close();
  });

  test('a link is followed, and a device, a folder or a place that is not there is refused', async () => {
    const [file, link] = [join(folder, 'real.csv'), join(folder, 'link.csv')];
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    await writeFile(rowsOf(HOSTILE), link, 'csv', () => undefined);
    expect(readFileSync(file, 'utf8')).toContain('AAPL');
    for (const [target, why] of [
      ['/dev/null', 'Expected a file, found something else'],
      [folder, 'Expected a file, found something else'],
      [join(folder, 'none/x.csv'), 'its folder does not exist'],
    ] as const)
      for (const format of ['csv', 'parquet'] as const)
        await expect(writeFile(rowsOf(HOSTILE), target, format, () => undefined)).rejects.toThrow(why);
  });

  test('on a full disk nothing is left, and an older file stays', async () => {
    const file = join(folder, 'prices.csv');
    await writeFile(rowsOf(HOSTILE), file, 'csv', () => undefined);
    const full: Rows = {
      ...rowsOf([]),
      batches: (async function* () {
        yield HOSTILE;
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      })(),
    };
    const before = readFileSync(file, 'utf8');
    await expect(writeFile(full, file, 'csv', () => undefined)).rejects.toThrow(LakeFault);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['prices.csv']);
  });
});

test('SQL that DuckDB cannot run is a sentence', async () => {
  const world = new MemoryWorld();
  await dropAndIngest(world, '2020-01-10_history.csv', 'ticker,close,date\nAAPL,310.33,2020-01-10\n');
  const lake = new Lake({ folder: await pulledLake(world) });
  await expect(sql(lake, 'select nothing from prices')).rejects.toThrow(/^DuckDB cannot run this: /);
  await lake.close();
});
