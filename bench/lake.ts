import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { lakeHintMessage } from '../lambdas/contracts/lake-message.ts';
import { ingestFile, put } from './ingest.ts';
import { closeOf, historyFile, tickerName } from './market-file.ts';
import { type Result, shareOf } from './report.ts';
import type { Measured, Stage } from './stage.ts';

/** Memory that the lake may use for a history, and for 12.6 million rows (MB). */
const HISTORY_MB = 512;
const LARGE_MB = 1024;
const ROWS = 589_101;

/** A history, daily files, a retirement and a large history, brought into the lake, against the time of their ingest. */
export async function benchLake(stage: Stage): Promise<Result[]> {
  const { file, what } = await historyFile(stage.folder);
  const ingested = await ingestFile(stage, file, '2019-12-31_history.csv.gz', ROWS, 'lake/');
  const history = await bringIn(stage, 'lake/2019-12-31.history');
  const daily = await bringFile(stage, '2020-01-02', dailyRows(482, '2020-01-02'));
  const next = await bringFile(stage, '2020-01-03', dailyRows(482, '2020-01-03'));
  const retired = await bringFile(stage, '2020-01-06', [...dailyRows(481, '2020-01-06'), `${tickerName(481)},,,D`]);
  const large = await bringIn(stage, 'large/2019-12-31.history');
  return [
    {
      what: `history of ${ROWS.toLocaleString('en-US')} rows into the lake (${what})`,
      found: `${(history.ms / 1000).toFixed(1)} s`,
      baseline: `its ingest: ${(ingested.ms / 1000).toFixed(1)} s`,
      ratio: history.ms / ingested.ms,
      target: { atMost: 4 },
    },
    shareOf('… resident memory', history.maxRssMb, HISTORY_MB, 'MB', 1),
    {
      what: 'daily file of 482 tickers into all tables, cold',
      found: `${Math.round(daily.ms)} ms, ${Math.round(next.ms)} ms`,
      baseline: 'limit: 1,000 ms',
      ratio: next.ms / 1000,
      target: { atMost: 1 },
    },
    {
      what: '… with a retirement',
      found: `${Math.round(retired.ms)} ms`,
      baseline: 'limit: 1,000 ms',
      ratio: retired.ms / 1000,
      target: { atMost: 1 },
    },
    {
      what: '12.6 million rows into the lake, one invocation',
      found: `${(large.ms / 1000).toFixed(0)} s`,
      baseline: `the history, per row: ${((history.ms / ROWS) * 1000).toFixed(1)} µs`,
      ratio: large.ms / 12_600_000 / (history.ms / ROWS),
      target: { atMost: 2 },
    },
    // A gigabyte is aimed at.
    shareOf('… resident memory', large.maxRssMb, LARGE_MB, 'MB', 1.15),
  ];
}

const dailyRows = (tickers: number, date: string): string[] =>
  Array.from({ length: tickers }, (_, t) => `${tickerName(t)},${closeOf(t, 0)},${date},I`);

async function bringFile(stage: Stage, fileDate: string, rows: readonly string[]): Promise<Measured> {
  const csv = ['ticker,Closing Val,Timestamp,Action', ...rows].join('\n');
  await stage.invoke('Ingest', [await put(stage, `lake/${fileDate}_incremental.csv`, csv)]);
  return bringIn(stage, `lake/${fileDate}.incremental`);
}

/** Brings the one revision of a delivery into the lake. */
async function bringIn(stage: Stage, delivery: string): Promise<Measured> {
  const { Contents = [] } = await stage.clients.s3.send(
    new ListObjectsV2Command({ Bucket: stage.bucket('Records'), Prefix: `deliveries/${delivery}/` }),
  );
  const report = Contents.map(({ Key = '' }) => Key).find((key) => key.endsWith('/report.json'));
  if (!report) throw new Error(`Expected a report of ${delivery}, found none.`);
  return stage.invoke('Lake', [lakeHintMessage(report)]);
}
