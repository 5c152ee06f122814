import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Result } from './report.ts';
import type { Stage } from './stage.ts';

const RUNS = 7;
/** Unbundled, as a function without a bundler would load it. */
const CALIBRATION = '@aws-sdk/client-dynamodb';
/** Ratio of each bundle, with half as much again for noise. Those that compose mails have React, those that draw have the canvas. */
const LIMITS: Record<string, number> = { Ingest: 3, Feedback: 2.3, Api: 4.3, FanOut: 4.7, Charts: 4.8, Lake: 3 };

/** Load time of each bundle in a new process, without the start of Node. The baseline loads one SDK client unbundled. */
export function benchBundles({ functions }: Stage): Result[] {
  const calibration = loadTime(import.meta.resolve(CALIBRATION), {});
  return [...functions].map(([name, { bundle, environment }]) => {
    const ms = loadTime(pathToFileURL(bundle).href, environment);
    return {
      what: `cold load of ${name} (${(statSync(bundle).size / 1024).toFixed(0)} KB)`,
      found: `${ms.toFixed(0)} ms`,
      baseline: `${CALIBRATION}: ${calibration.toFixed(0)} ms`,
      ratio: ms / calibration,
      target: { atMost: LIMITS[name] ?? 3 },
    };
  });
}

/** Median of some runs (ms). */
function loadTime(url: string, environment: Record<string, string>): number {
  const script = `const t=performance.now();await import(${JSON.stringify(url)});console.log(performance.now()-t);process.exit()`;
  const times = Array.from({ length: RUNS }, () =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { PATH: process.env['PATH'], ...environment },
        encoding: 'utf8',
      })
        .trim()
        .split('\n')
        .at(-1),
    ),
  );
  return times.sort((a, b) => a - b)[(RUNS - 1) / 2] ?? 0;
}
