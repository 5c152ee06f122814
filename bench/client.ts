import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { allRows, Lake, prices } from '../client/index.ts';
import { writeEndpoints } from '../local/app/endpoints.ts';
import { historyFile, tickerName } from './market-file.ts';
import { plainParsing } from './plain-parsing.ts';
import type { Result } from './report.ts';
import type { Stage } from './stage.ts';

const RUNS = 5;

/** One ticker and one year from a warm cache, against reading the same from the vendor's file. The lake has the history already. */
export async function benchClient(stage: Stage): Promise<Result[]> {
  const { file, what } = await historyFile(stage.folder);
  const ticker = what.startsWith('real') ? 'AAPL' : tickerName(0);
  const state = join(stage.folder, 'client');
  mkdirSync(state, { recursive: true });
  const none = 'http://127.0.0.1:1';
  const { lake: catalog, s3 } = stage;
  const others = { sqs: none, dynamodb: none, sesv2: none, inbox: none, api: none, issuer: none, web: none };
  writeEndpoints(state, { ...others, s3, lake: catalog, dropBucket: 'none', resources: {} });
  const csvMs = await plainParsing(file);
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const lake = new Lake({ state }, { cache: join(state, 'cache') });
    const started = performance.now();
    const query = { tickers: [ticker], from: '2019-01-01', to: '2019-12-31' };
    const rows = await allRows(await prices(lake, query));
    // The first run fills the cache.
    if (run > 0) times.push(performance.now() - started);
    if (rows.length < 200) throw new Error(`Expected a year of closes, found ${rows.length}.`);
    await lake.close();
  }
  const ms = times.sort((a, b) => a - b)[(RUNS - 1) / 2] ?? 0;
  return [
    {
      what: `one ticker, one year, from the lake with a warm cache (${what})`,
      found: `${ms.toFixed(0)} ms`,
      baseline: `gunzip and papaparse of the file: ${csvMs.toFixed(0)} ms`,
      ratio: csvMs / ms,
      target: { atLeast: 10 },
    },
  ];
}
