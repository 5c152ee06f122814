import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { itemPerRow } from './item-per-row.ts';
import { closeOf, historyFile, tickerName, UPLOADED, writeHistory } from './market-file.ts';
import { plainParsing } from './plain-parsing.ts';
import { type Result, shareOf } from './report.ts';
import type { Measured, Stage } from './stage.ts';

/** Enough rows for a steady rate. */
const BASELINE_ROWS = 60_000;

/** Writes rows of a file as the usual design does. */
const WRITER = join(import.meta.dirname, 'item-per-row-worker.ts');

/** Memory of the function, see lib/ingest.ts. */
const FUNCTION_MB = 2048;

/** A history, a daily file and a large history, against one item per row and against parsing alone. */
export async function benchIngest(stage: Stage): Promise<Result[]> {
  const { file, what } = await historyFile(stage.folder);
  const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1);
  const real = await ingestFile(stage, file, '2019-12-31_history.csv.gz', rows.length);
  const units = await writeUnits(stage.clients.dynamodb, stage.table('Prices-Prices'));
  const baseline = await itemPerRow(stage.clients.dynamodb, rows.slice(0, BASELINE_ROWS));
  const parsingMs = await plainParsing(file);
  const rate = rows.length / (real.ms / 1000);
  const baselineRate = BASELINE_ROWS / (baseline.ms / 1000);
  const baselineUnits = (baseline.units / BASELINE_ROWS) * rows.length;

  const daily = await benchDaily(stage);
  const large = await benchLarge(stage, real.ms / rows.length);
  return [
    {
      what: `ingest of ${rows.length.toLocaleString('en-US')} rows (${what})`,
      found: `${Math.round(rate).toLocaleString('en-US')} rows/s`,
      baseline: `item-per-row: ${Math.round(baselineRate).toLocaleString('en-US')} rows/s`,
      ratio: rate / baselineRate,
      target: { atLeast: 20 },
    },
    {
      what: '… time',
      found: `${(real.ms / 1000).toFixed(2)} s`,
      baseline: `gunzip and papaparse alone: ${(parsingMs / 1000).toFixed(2)} s`,
      ratio: real.ms / parsingMs,
      target: { atMost: 6 },
    },
    {
      what: '… write units',
      found: units.toLocaleString('en-US'),
      baseline: `item-per-row: ${Math.round(baselineUnits).toLocaleString('en-US')}`,
      ratio: units / baselineUnits,
      target: { atMost: 1 / 50 },
    },
    shareOf('… resident memory', real.maxRssMb, FUNCTION_MB, 'MB', 0.2),
    ...daily,
    ...large,
  ];
}

async function benchDaily(stage: Stage): Promise<Result[]> {
  const rows = Array.from(
    { length: 10_000 },
    (_, t) => `${tickerName(t)},${closeOf(t, 0)},2020-01-02,${t % 10 ? 'I' : 'U'}`,
  );
  const csv = ['ticker,Closing Val,Timestamp,Action', ...rows].join('\n');
  const file = join(stage.folder, 'daily.csv');
  writeFileSync(file, rows.join('\n'));
  const started = performance.now();
  const event = await put(stage, '2020-01-02_incremental.csv', csv);
  const measured = await stage.invoke('Ingest', [event]);
  const seconds = (performance.now() - started) / 1000;
  const baselineStarted = performance.now();
  execFileSync(process.execPath, [WRITER, stage.dynamodb, file], { stdio: 'inherit' });
  const baselineSeconds = (performance.now() - baselineStarted) / 1000;
  return [
    {
      what: 'daily file of 10,000 rows, a tenth updates: upload to refreshed, cold',
      found: `${seconds.toFixed(2)} s (${Math.round(measured.ms)} ms in the handler)`,
      baseline: `item-per-row, cold too: ${baselineSeconds.toFixed(2)} s`,
      ratio: seconds / baselineSeconds,
      target: { atMost: 3 },
    },
  ];
}

async function benchLarge(stage: Stage, msPerRow: number): Promise<Result[]> {
  const file = join(stage.folder, '2018-12-31_history.csv.gz');
  const rows = await writeHistory(file, 10_000, 1260);
  const large = await ingestFile(stage, file, '2019-12-31_history.csv.gz', rows, 'large/');
  return [
    {
      what: `ingest of ${rows.toLocaleString('en-US')} rows (10,000 tickers × 5 years), one invocation`,
      found: `${(large.ms / 1000).toFixed(1)} s, ${((large.ms / rows) * 1000).toFixed(2)} µs/row`,
      baseline: `above: ${(msPerRow * 1000).toFixed(2)} µs/row`,
      ratio: large.ms / rows / msPerRow,
      target: { atMost: 2 },
    },
    shareOf('… resident memory', large.maxRssMb, FUNCTION_MB, 'MB', 0.75),
  ];
}

export async function ingestFile(
  stage: Stage,
  file: string,
  key: string,
  rows: number,
  folder = '',
): Promise<Measured> {
  const event = await put(stage, `${folder}${key}`, createReadStream(file), statSync(file).size);
  const measured = await stage.invoke('Ingest', [event]);
  // Faster than 10 rows per microsecond: it was skipped or rejected.
  if (measured.ms < rows / 1e4)
    throw new Error(`Expected ${key} to be ingested, found an answer after ${measured.ms} ms.`);
  return measured;
}

/** Uploads a file. @returns the event of its upload */
export async function put(
  stage: Stage,
  Key: string,
  Body: string | ReturnType<typeof createReadStream>,
  ContentLength?: number,
  time = UPLOADED.at,
) {
  const Bucket = stage.bucket('Drop');
  await stage.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength }));
  const { ETag = '', ContentLength: size = 0 } = await stage.clients.s3.send(new HeadObjectCommand({ Bucket, Key }));
  const object = { key: Key, size, etag: ETag.replaceAll('"', ''), sequencer: UPLOADED.sequencer };
  return { 'detail-type': 'Object Created', time, detail: { bucket: { name: Bucket }, object } };
}

/** Write units for writing every item of a table once: one per started kilobyte. */
async function writeUnits(client: DynamoDBClient, TableName: string): Promise<number> {
  let units = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items) {
      const bytes = Object.entries(item).reduce(
        (sum, [name, { S = '' }]) => sum + name.length + Buffer.byteLength(S),
        0,
      );
      units += Math.ceil(bytes / 1024);
    }
  }
  return units;
}
