import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Result, shareOf } from './report.ts';

const WORKER = join(import.meta.dirname, 'collect-worker.ts');
const TICKERS = 1_000;
/** Memory of the function (MB). */
const LIMIT_MB = 1024;

type Measured = { rows: number; hops: number; minutes: number; cpuSeconds: number; maxRssMb: number };

const measured = (tickers: number): Measured =>
  JSON.parse(execFileSync(process.execPath, [WORKER, String(tickers)], { encoding: 'utf8' }));

/** Five years of a thousand tickers at five requests a second, and whether memory grows with the tickers. */
export function benchCollect(): Result[] {
  const few = measured(TICKERS / 10);
  const many = measured(TICKERS);
  return [
    {
      what: `collecting ${many.rows.toLocaleString('en-US')} bars of ${TICKERS} tickers, 5 requests a second`,
      found: `${many.minutes.toFixed(1)} min, ${many.hops} invocations, ${many.cpuSeconds.toFixed(0)} s of CPU`,
      baseline: `its requests alone: ${(TICKERS / 300).toFixed(1)} min`,
      ratio: many.minutes / (TICKERS / 300),
      target: { atMost: 1.1 },
    },
    {
      what: '… memory, against a tenth of the tickers',
      found: `${many.maxRssMb.toFixed(0)} MB`,
      baseline: `${few.maxRssMb.toFixed(0)} MB`,
      ratio: many.maxRssMb / few.maxRssMb,
      target: { atMost: 1.6 },
    },
    shareOf('… of the function', many.maxRssMb, LIMIT_MB, 'MB', 0.6),
  ];
}
