import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { Alert, Condition } from '../lambdas/contracts/alert.ts';
import { recordKeys } from '../lambdas/contracts/keys.ts';
import { AlertInputs } from '../lambdas/domain/alerts/inputs.ts';
import { judgeOf } from '../lambdas/domain/alerts/judge.ts';
import { isMet, replay } from '../lambdas/domain/alerts/replay.ts';
import { ruleOf } from '../lambdas/domain/alerts/rule.ts';
import { seriesOf } from '../lambdas/domain/prices/series.ts';
import { put } from './ingest.ts';
import { closeOf, tickerName, UPLOADED } from './market-file.ts';
import type { Result } from './report.ts';
import type { Measured, Stage } from './stage.ts';
import { addSubscribers } from './subscribers.ts';

const SUBSCRIBERS = 5_000;
const TICKERS = 10_000;
const ALERTS_EACH = 20;
const CONDITIONS = 3_000;
const FOLLOWED = 482;
const DAY = { date: '2020-01-03', at: '2020-01-03T21:00:00.000Z' };

/**
 * One invocation that mails a daily file of 10,000 tickers to 5,000 subscribers, each with 20 alerts. The baseline is the same without
 * alerts.
 */
export async function benchAlerts(stage: Stage): Promise<Result[]> {
  const rows = Array.from({ length: TICKERS }, (_, t) => `${tickerName(t)},${closeOf(t, 1261)},${DAY.date},I`);
  const csv = ['ticker,Closing Val,Timestamp,Action', ...rows].join('\n');
  await stage.invoke('Ingest', [await put(stage, `${DAY.date}_incremental.csv`, csv, undefined, DAY.at)]);
  const plain = await mailAll(stage, () => undefined);
  const alerted = await mailAll(stage, (i) =>
    Object.fromEntries(
      Array.from({ length: ALERTS_EACH }, (_, a) => [`a${a}`, alertOf((i * 7 + a * 151) % CONDITIONS)]),
    ),
  );
  // The machine may be slower later: the baseline is measured before and after.
  const again = await mailAll(stage, () => undefined);
  const plainMs = (plain.cpuMs + again.cpuMs) / 2;
  return [
    {
      what: `a daily file to ${SUBSCRIBERS} subscribers of ${ALERTS_EACH} alerts each, ${CONDITIONS} distinct conditions, CPU`,
      found: `${(alerted.cpuMs / 1000).toFixed(1)} s, ${Math.round(alerted.maxRssMb)} MB`,
      baseline: `without alerts: ${(plain.cpuMs / 1000).toFixed(1)} and ${(again.cpuMs / 1000).toFixed(1)} s, ${Math.round(plain.maxRssMb)} MB`,
      ratio: alerted.cpuMs / plainMs,
      target: { atMost: 1.6 },
    },
    edgeTriggered(),
  ];
}

/** Alerts of every kind. Few of them fire on one day: the charts and rows of those that do are no cost of evaluating them. */
function alertOf(n: number): Alert {
  const ticker = tickerName(n);
  const close = Number(closeOf(n, 1259));
  const conditions: Condition[] = [
    { kind: 'price', direction: 'above', threshold: (close * 1.2).toFixed(2) },
    { kind: 'price', direction: 'below', threshold: (close * 0.8).toFixed(2) },
    { kind: 'change', direction: 'either', percent: 20, base: 'previous' },
    { kind: 'range', side: 'high' },
    { kind: 'average', direction: 'above', fast: 20, slow: 200 },
    { kind: 'rsi', direction: 'above', level: 95 },
  ];
  return {
    ticker,
    condition: conditions[n % conditions.length] as Condition,
    repeat: 'every',
    start: { date: '2020-01-02', closes: [] },
    expires: '2021-12-31',
    version: 1,
  };
}

async function mailAll(stage: Stage, alerts: (i: number) => Record<string, Alert> | undefined): Promise<Measured> {
  await clear(stage, 'Ledger', ['recipient', 'mail']);
  await clear(stage, 'Subscribers', ['subscriber']);
  await addSubscribers(stage, SUBSCRIBERS, (i) => {
    const own = alerts(i);
    return {
      address: `alerted-${i}@example.com`,
      tickers: [0, 1, 2].map((c) => tickerName((i * 7 + c * 131) % FOLLOWED)),
      ...(own && { alerts: own }),
    };
  });
  const before = stage.sink.count();
  const delivery = `${DAY.date}.incremental`;
  const measured = await stage.invoke('FanOut', [
    {
      delivery,
      revision: UPLOADED.sequencer,
      knownAt: DAY.at,
      changes: recordKeys(delivery, UPLOADED.sequencer).changes,
      scan: { scanSegment: 0, totalScanSegments: 1 },
    },
  ]);
  const mails = stage.sink.count() - before;
  if (mails !== SUBSCRIBERS) throw new Error(`Expected ${SUBSCRIBERS} mails, found ${mails}.`);
  return measured;
}

/** Deletes all items of a table, also those that a first request leaves. */
async function clear({ clients: { dynamodb }, table }: Stage, name: string, keys: string[]): Promise<void> {
  const TableName = table(name);
  const pages = paginateScan({ client: dynamodb }, { TableName, ProjectionExpression: keys.join() });
  const found: Record<string, AttributeValue>[] = [];
  for await (const { Items = [] } of pages) found.push(...Items);
  for (let i = 0; i < found.length; i += 25) {
    const deletes = found.slice(i, i + 25).map((Key) => ({ DeleteRequest: { Key } }));
    let RequestItems: BatchWriteItemCommandInput['RequestItems'] = { [TableName]: deletes };
    while (RequestItems && Object.keys(RequestItems).length > 0)
      RequestItems = (await dynamodb.send(new BatchWriteItemCommand({ RequestItems }))).UnprocessedItems;
  }
}

/** What alerts mail over the year of the samples, against an alert that mails on every day on which its condition is true. */
function edgeTriggered(): Result {
  let [fires, days, alerts] = [0, 0, 0];
  for (const [ticker, observations] of sampleYear()) {
    const series = seriesOf(ticker, observations, 0.5);
    if (!series) continue;
    const inputs = new AlertInputs(series);
    const middle = Number(observations[Math.floor(observations.length / 2)]?.close ?? 1);
    for (const condition of conditionsNear(middle)) {
      const start = { date: observations[60]?.date ?? '', closes: [] };
      const rule = ruleOf({ condition, repeat: 'every', start });
      const judge = judgeOf(rule, inputs);
      const first = inputs.firstAfter(start.date);
      const bases = { start: first - 1, lastFire: undefined };
      alerts++;
      fires += replay(rule, inputs).crossings.length;
      for (let at = first; at < inputs.sessions.length; at++) days += isMet(judge(at, bases)) ? 1 : 0;
    }
  }
  return {
    what: `mails of ${alerts} alerts over a year of ${sampleYear().size} tickers`,
    found: `${fires}`,
    baseline: `on every day on which they are true: ${days.toLocaleString('en-US')}`,
    ratio: fires / days,
    target: { atMost: 0.25 },
  };
}

const conditionsNear = (price: number): Condition[] => [
  { kind: 'price', direction: 'above', threshold: price.toFixed(2) },
  { kind: 'price', direction: 'below', threshold: price.toFixed(2) },
  { kind: 'change', direction: 'either', percent: 3, base: 'previous' },
  { kind: 'change', direction: 'up', percent: 5, base: { sessionsAgo: 20 } },
  { kind: 'range', side: 'high' },
  { kind: 'average', direction: 'above', fast: 1, slow: 50 },
  { kind: 'rsi', direction: 'above', level: 70 },
];

/** Ticker → closes of the history among the samples, by date. */
function sampleYear(): Map<string, { date: string; close: string; delivery: string }[]> {
  const text = readFileSync(join(import.meta.dirname, '../samples/2019-12-31_history.csv'), 'utf8');
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','));
  const observations = rows.map(([ticker = '', close = '', date = '']) => ({
    ticker,
    date,
    close,
    delivery: 'history',
  }));
  const tickers = Map.groupBy(observations, ({ ticker }) => ticker);
  return new Map([...tickers].map(([ticker, own]) => [ticker, own.sort((a, b) => (a.date < b.date ? -1 : 1))]));
}
