import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { UPLOADED } from './market-file.ts';
import { type Result, shareOf } from './report.ts';
import type { Stage } from './stage.ts';
import { addSubscribers } from './subscribers.ts';

const SUBSCRIBERS = 5_000;
const CHARTS = 3;
/** A mail has each chart in light and dark. */
const PICTURES = 2 * CHARTS;
/** Memory of the function, see lib/charts.ts. */
const FUNCTION_MB = 1769;

/**
 * One invocation that sends every subscriber a digest of three charts, to a mail server that answers immediately. The baseline draws
 * every chart of every mail.
 * @param tickers with prices in the table
 * @param chartMs time of one chart
 */
export async function benchFanOut(stage: Stage, tickers: string[], chartMs: number): Promise<Result[]> {
  await addSubscribers(stage, SUBSCRIBERS, (i) => ({
    address: `subscriber-${i}@example.com`,
    tickers: Array.from({ length: CHARTS }, (_, c) => tickers[(i * 7 + c * 131) % tickers.length] ?? ''),
  }));
  const changes = 'deliveries/bench/1/changes.json.gz';
  const Body = gzipSync(JSON.stringify(tickers));
  await stage.clients.s3.send(new PutObjectCommand({ Bucket: stage.bucket('Records'), Key: changes, Body }));
  const before = stage.sink.count();
  const { ms, maxRssMb } = await stage.invoke('FanOut', [
    {
      delivery: '2019-12-31.history',
      revision: UPLOADED.sequencer,
      knownAt: UPLOADED.at,
      changes,
      scan: { scanSegment: 0, totalScanSegments: 1 },
    },
  ]);
  const mails = stage.sink.count() - before;
  if (mails !== SUBSCRIBERS) throw new Error(`Expected ${SUBSCRIBERS} mails, found ${mails}.`);
  const rate = mails / (ms / 1000);
  const unshared = 1000 / (PICTURES * chartMs);
  return [
    {
      what: `digests of ${CHARTS} charts in light and dark, ${tickers.length} tickers, ${SUBSCRIBERS} subscribers, one process`,
      found: `${rate.toFixed(0)} mails/s`,
      baseline: `drawing every picture: ${unshared.toFixed(0)} mails/s`,
      ratio: rate / unshared,
      target: { atLeast: 6 },
    },
    shareOf('… resident memory', maxRssMb, FUNCTION_MB, 'MB', 0.35),
  ];
}
