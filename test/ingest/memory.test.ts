import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Every file below the size limit gets a report, within three quarters of the function's 2,048 MB. */

const MAX_RSS_MB = 1_536;

type Ended = {
  rows: { read: number; accepted: number; quarantined: number };
  rejection?: { expected: string; found: string };
  segments: number;
  updates: number;
  maxRssMb: number;
};

async function readMuch(kind: string, megabytes: number): Promise<Ended> {
  const script = join(import.meta.dirname, 'read-much.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, kind, String(megabytes)], {
    maxBuffer: 1 << 24,
  });
  return JSON.parse(stdout);
}

test.each([
  ['one row again and again', 340, { segments: 1, updates: 0 }],
  ['one update again and again', 600, { segments: 1, updates: 1 }],
  ['updates of many tickers and days', 200, { segments: 40_000 }],
  ['a retirement and a row, in turns', 100, { segments: 2 }],
  ['long bad tickers', 990, { rejection: { expected: 'at least one valid row' } }],
  ['long bad dates', 990, { rejection: { expected: 'at least one valid row' } }],
  ['long prices', 990, { rejection: { expected: expect.stringContaining('bytes of rows') } }],
  ['many tickers and years', 200, { rejection: { expected: expect.stringContaining('tickers and years') } }],
])(
  '%s, %i MB',
  async (kind, megabytes, expected) => {
    const ended = await readMuch(kind, megabytes);
    expect(ended).toMatchObject(expected);
    expect(ended.rows.accepted + ended.rows.quarantined).toBe(ended.rows.read);
    expect(ended.maxRssMb).toBeLessThan(MAX_RSS_MB);
  },
  240_000,
);
