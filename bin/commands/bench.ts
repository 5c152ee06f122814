import { parseArgs } from 'node:util';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { benchAlerts } from '../../bench/alerts.ts';
import { benchApi } from '../../bench/api.ts';
import { benchBundles } from '../../bench/bundles.ts';
import { benchChart } from '../../bench/chart.ts';
import { benchClient } from '../../bench/client.ts';
import { benchCollect } from '../../bench/collect.ts';
import { benchFanOut } from '../../bench/fan-out.ts';
import { benchIngest } from '../../bench/ingest.ts';
import { benchLake } from '../../bench/lake.ts';
import { benchReading } from '../../bench/reading.ts';
import { isReached, printResults, type Result } from '../../bench/report.ts';
import { openStage, type Stage } from '../../bench/stage.ts';
import { commandLine } from '../command-line.ts';

const USAGE = `Usage: npm run bench

Measures the speed claims against baselines of the same run. Takes about ten minutes; exits with 1 if a target is missed.`;

await commandLine(USAGE, async () => {
  parseArgs({ options: {} });
  const stage = await openStage();
  const results: Result[] = [];
  try {
    const chart = await benchChart();
    results.push(...benchBundles(stage), ...chart.results);
    results.push(...(await benchReading(stage)));
    results.push(...(await benchIngest(stage)));
    results.push(...(await benchLake(stage)), ...(await benchClient(stage)));
    results.push(...(await benchApi(stage)));
    results.push(...(await benchFanOut(stage, await tickersIn(stage, 482), chart.chartMs)));
    results.push(...(await benchAlerts(stage)), ...benchCollect());
  } finally {
    await stage.close();
  }
  printResults(results);
  process.exitCode = results.every(isReached) ? 0 : 1;
});

/** The first tickers by name that have a history of five years. */
async function tickersIn({ clients, table }: Stage, count: number): Promise<string[]> {
  const tickers = new Set<string>();
  const pages = paginateScan(
    { client: clients.dynamodb },
    {
      TableName: table('Prices-Prices'),
      ProjectionExpression: 'ticker, #segment',
      ExpressionAttributeNames: { '#segment': 'segment' },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { ticker, segment } of Items) {
      if (segment?.S?.endsWith('#2019-12-31.history') && ticker?.S) tickers.add(ticker.S);
    }
  }
  return [...tickers].sort().slice(0, count);
}
