import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { memory } from './ingest.ts';
import { DROPPED } from './market-file.ts';
import type { Result } from './report.ts';
import type { Stage } from './stage.ts';
import { addSubscribers } from './subscribers.ts';

const SUBSCRIBERS = 5_000;
const CHARTS = 3;

/**
 * One invocation that sends every subscriber a digest of three charts, into a sink that answers at once.
 * The baseline draws a chart for each mail instead of sharing them.
 * @param tickers whose prices are in the table
 * @param chartMs what one chart takes
 */
export async function benchFanOut(stage: Stage, tickers: string[], chartMs: number): Promise<Result[]> {
  await addSubscribers(stage, SUBSCRIBERS, (i) => ({
    address: `reader-${i}@example.com`,
    tickers: Array.from({ length: CHARTS }, (_, c) => tickers[(i * 7 + c * 131) % tickers.length] ?? ''),
  }));
  const changes = 'deliveries/bench/1/changes.json.gz';
  const Body = gzipSync(JSON.stringify(tickers));
  await stage.clients.s3.send(new PutObjectCommand({ Bucket: stage.bucket('Records'), Key: changes, Body }));
  const before = stage.sink.count();
  const { ms, maxRssMb } = await stage.invoke('FanOut', [
    { ...DROPPED, delivery: '2019-12-31.history', changes, segment: 0, segments: 1 },
  ]);
  const mails = stage.sink.count() - before;
  if (mails !== SUBSCRIBERS) throw new Error(`Expected ${SUBSCRIBERS} mails, found ${mails}.`);
  const rate = mails / (ms / 1000);
  return [
    {
      what: `digests of ${CHARTS} charts, ${tickers.length} tickers, ${SUBSCRIBERS} subscribers, one process`,
      found: `${rate.toFixed(0)} mails/s`,
      baseline: `drawing alone, unshared: ${(1000 / (CHARTS * chartMs)).toFixed(0)} mails/s`,
      target: '≥ 100 mails/s',
      reached: rate >= 100,
    },
    memory('… resident', maxRssMb, 512),
  ];
}
