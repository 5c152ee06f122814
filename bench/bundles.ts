import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Result } from './report.ts';
import type { Stage } from './stage.ts';

const RUNS = 7;
/** The API is waited for by people. */
const LIMITS_MS = new Map([['Api', 300]]);
const LIMIT_MS = 400;

/** How long each bundle takes to load in a fresh process, the start of Node itself left out. */
export function benchBundles({ functions }: Stage): Result[] {
  const empty = loadTime('data:text/javascript,', {});
  return [...functions].map(([name, { bundle, environment }]) => {
    const limit = LIMITS_MS.get(name) ?? LIMIT_MS;
    const ms = loadTime(pathToFileURL(bundle).href, environment);
    return {
      what: `cold load of ${name} (${(statSync(bundle).size / 1024).toFixed(0)} KB)`,
      found: `${ms.toFixed(0)} ms`,
      baseline: `an empty module: ${empty.toFixed(0)} ms`,
      target: `≤ ${limit} ms`,
      reached: ms <= limit,
    };
  });
}

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
