import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { simpleParser } from 'mailparser';
import type { SendOutcome } from '../../lambdas/adapters/mailer.ts';
import { addDays } from '../../lambdas/contracts/dates.ts';
import { parseDeliveryId } from '../../lambdas/contracts/delivery-id.ts';
import { SegmentPacker } from '../../lambdas/domain/delivery/segment-packer.ts';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import { BadFile, describeProblem } from '../../lambdas/domain/vendor-file/bad-file.ts';
import { readDelivery } from '../../lambdas/domain/vendor-file/read-delivery.ts';
import { ApiWorld } from '../support/api-world.ts';
import { EXAMPLE_HISTORY, read, streamOf } from '../support/deliveries.ts';
import { drop, dropAndIngest, INGEST_SETTINGS, ingest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

/** Cases of docs/reliability.md that no other file tests. */

const HISTORY = '2023-04-01_history.csv';

describe('a file', () => {
  test('that is removed before it is read is skipped; its delivery can be uploaded again', async () => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    world.objects.clear();
    expect(await ingest(world, event)).toEqual({ status: 'gone', delivery: '2023-04-01.history' });
    expect(world.deliveries.get('2023-04-01.history')).toMatchObject({ state: 'received' });
    expect(await dropAndIngest(world, HISTORY, EXAMPLE_HISTORY)).toMatchObject({ status: 'applied' });
  });

  test('of no bytes is rejected', async () => {
    const outcome = await dropAndIngest(new MemoryWorld(), HISTORY, '');
    expect(outcome).toMatchObject({ status: 'rejected', report: { rejection: { found: 'an empty file' } } });
  });

  test('that is cut anywhere loses at most its last row, and is rejected if it was compressed', async () => {
    const whole = Buffer.from(EXAMPLE_HISTORY);
    const lines = EXAMPLE_HISTORY.trimEnd().split('\n');
    for (let cut = 0; cut < whole.length; cut++) {
      const { rows, rejection } = await read(whole.subarray(0, cut), '2023-04-01.history', 1);
      const complete = lines.filter((_, i) => lines.slice(0, i + 1).join('\n').length <= cut).length;
      const torn = rows.read - Math.max(0, complete - 1);
      expect({ cut, sum: rows.accepted + rows.quarantined }).toEqual({ cut, sum: rows.read });
      if (!rejection) expect({ cut, torn: torn === 0 || torn === 1 }).toEqual({ cut, torn: true });
    }
    const packed = gzipSync(whole);
    for (let cut = 3; cut < packed.length; cut++)
      expect((await read(packed.subarray(0, cut), '2023-04-01.history', 1)).rejection).toBeDefined();
  });

  test('that arrives only in part is retried, not applied in part', async () => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    const ports = world.ports();
    const half = { read: async () => streamOf(EXAMPLE_HISTORY.slice(0, 80)) };
    await expect(ingest(world, event, { ports: { ...ports, drop: half } })).rejects.toThrow(
      'Expected 200 bytes of the file, received 80. The file is read again.',
    );
    expect(world.segments.size).toBe(0);
    expect(await ingest(world, event)).toMatchObject({ status: 'applied', report: { rows: { read: 7 } } });
  });

  test('of 5 GB is rejected without being read', async () => {
    const world = new MemoryWorld();
    const event = drop(world, HISTORY, EXAMPLE_HISTORY);
    event.file.size = 5_000_000_000;
    const ports = { ...world.ports(), drop: { read: () => Promise.reject(new Error('read')) } };
    const outcome = await ingest(world, event, { ports });
    expect('report' in outcome && outcome.report.rejection && describeProblem(outcome.report.rejection)).toBe(
      'expected a file of at most 10000000 bytes of text (split it into parts, each in its own folder), found 5000000000 bytes',
    );
  });

  test('that unpacks to 5 GB is rejected as soon as it exceeds the limit', async () => {
    const block = Buffer.from('X,1,2023-04-01\n'.repeat(70_000));
    let blocks = 0;
    async function* unpacking() {
      yield Buffer.from('ticker,close,date\n');
      for (; blocks < 5_000; blocks++) yield block;
    }
    const delivery = parseDeliveryId('2023-04-01.history');
    const { rejection } = await readDelivery(unpacking(), delivery, { ...INGEST_SETTINGS, maxFileBytes: 5_000_000 }, 0);
    expect(rejection?.found).toBe('one that unpacks to more');
    expect(blocks).toBeLessThan(10);
    const bomb = gzipSync(`ticker,close,date\n${'X,1,2023-04-01\n'.repeat(700_000)}`);
    expect(bomb.length).toBeLessThan(50_000);
    const world = new MemoryWorld();
    const outcome = await dropAndIngest(world, '2023-04-01_history.csv.gz', bomb);
    expect(outcome).toMatchObject({ status: 'rejected', report: { rejection: { found: 'one that unpacks to more' } } });
  });

  test('with too many tickers and years is rejected before it fills the memory', async () => {
    const packer = new SegmentPacker({ segments: 3 });
    for (const ticker of ['A', 'B', 'C', 'A']) packer.add({ action: 'delete', ticker, date: '2023-04-01' }, 1);
    expect(() => packer.add({ action: 'delete', ticker: 'A', date: '2022-04-01' }, 1)).toThrow(BadFile);
    const many = new SegmentPacker();
    for (let i = 0; i < 100_000; i++) many.add({ action: 'retire', ticker: `T${i}` }, 1);
    expect(() => many.add({ action: 'retire', ticker: 'ONE-MORE' }, 1)).toThrow('at most 100000 tickers');
  });

  test('of a million bad rows is rejected; a small file has the line and reason of each', async () => {
    const content = `ticker,close,date\n${'AAPL,-1,2023-04-01\n'.repeat(1_000_000)}`;
    const { rows, quarantine, problems, rejection } = await read(content, '2023-04-01.history');
    expect(rejection).toBeDefined();
    expect([rows.read, rows.quarantined, problems.length]).toEqual([1_000_000, 1_000_000, 20]);
    expect(quarantine?.length).toBeLessThan(10_000_000);
    const lines = gunzipSync(quarantine ?? '')
      .toString()
      .trimEnd()
      .split('\r\n');
    expect([lines.length, lines.at(-1)?.slice(0, 14)]).toEqual([1_000_001, '1000001,close,']);
  }, 60_000);

  test('of bad rows that do not compress has a bounded quarantine file with the number of missing rows', async () => {
    async function* noise() {
      yield Buffer.from('ticker,close,date\n');
      for (let i = 0; i < 80; i++) {
        const text = randomBytes(750_000)
          .toString('base64')
          .replace(/.{1000}/g, '$&\n');
        yield Buffer.from(text);
      }
    }
    const { rows, quarantine } = await readDelivery(
      noise(),
      parseDeliveryId('2023-04-01.history'),
      { maxRejectedShare: 1, maxFileBytes: 1e9 },
      0,
    );
    expect(quarantine?.length).toBeLessThan(40 << 20);
    const lines = gunzipSync(quarantine ?? '')
      .toString()
      .trimEnd()
      .split('\r\n');
    const leftOut = Number(/^,,,and (\d+) more bad rows/.exec(lines.at(-1) ?? '')?.[1]);
    expect(lines.length - 2 + leftOut).toBe(rows.quarantined);
  }, 60_000);
});

test('a ticker with 100,000 observations is applied, charted, mailed, and exported in parts', async () => {
  const world = new ApiWorld();
  const first = '1800-01-02';
  const dates = Array.from({ length: 100_000 }, (_, i) => addDays(first, i));
  const rows = dates.map((date, i) => `LONG,${100 + (i % 50)}.25,${date}`);
  const history = ['ticker,close,date', ...rows].join('\n');
  world.subscribers.push(aSubscriber({ tickers: { LONG: { window: 365 } } }));
  const fileDate = dates.at(-1) ?? '';
  const event = drop(world, `${fileDate}_history.csv`, history);
  const settings = { ...INGEST_SETTINGS, maxFileBytes: 100_000_000 };
  const outcome = await ingest(world, event, { settings });
  expect(outcome).toMatchObject({
    status: 'applied',
    report: { rows: { accepted: 100_000 }, segments: { written: 274 } },
  });
  expect(fold('LONG', world.current('LONG'))).toHaveLength(100_000);
  await sendAll(world);
  expect(world.mails).toHaveLength(1);
  const all = await world.ask('/tickers/LONG/prices');
  expect([all.status, (await all.json()).detail]).toEqual([413, expect.stringContaining('Limit the request')]);
  const part = await (await world.ask('/tickers/LONG/prices?from=1900-01-01&to=1900-12-31')).json();
  expect(part.observations).toHaveLength(365);
}, 60_000);

const closes = (tickers: string[]) =>
  `ticker,close,date,action\n${tickers.map((ticker) => `${ticker},101.5,2020-01-10,I\n`).join('')}`;

test('a subscriber with 500 tickers gets one mail with all of them, which Gmail does not cut', async () => {
  const world = new MemoryWorld();
  const tickers = Array.from({ length: 500 }, (_, i) => `TICK-${i}`);
  world.subscribers.push(aSubscriber({ tickers: Object.fromEntries(tickers.map((t) => [t, { window: 365 }])) }));
  await dropAndIngest(world, '2020-01-10_incremental.csv', closes(tickers));
  await sendAll(world);
  expect(world.mails).toHaveLength(1);
  const mail = await simpleParser(world.mails[0]?.raw ?? '');
  expect(mail.attachments).toHaveLength(12);
  expect(Buffer.byteLength(mail.html || '')).toBeLessThan(102_000);
  for (const ticker of tickers) expect(mail.html).toContain(ticker);
});

describe('SES', () => {
  const answering = async (...answers: SendOutcome[]) => {
    const world = new MemoryWorld();
    world.subscribers.push(aSubscriber(), aSubscriber({ address: 'b@example.com' }));
    await dropAndIngest(world, '2020-01-10_incremental.csv', closes(['AAPL']));
    const ports = world.ports();
    const send: typeof ports.mailer.send = async (mail) =>
      (mail.to === 'ada@example.com' && answers.shift()) || ports.mailer.send(mail);
    return { world, ports: { ...ports, mailer: { ...ports.mailer, send } } };
  };

  test('throttles for a long time: every mail is sent', async () => {
    const throttled = Array.from({ length: 40 }, () => ({ status: 'throttled' as const, reason: 'rate' }));
    const { world, ports } = await answering(...throttled);
    await sendAll(world, ports);
    expect(world.mails.map(({ to }) => to).sort()).toEqual(['ada@example.com', 'b@example.com']);
    expect([...world.ledger.values()].map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  test('refuses an address: the reason is recorded, and other mails are sent', async () => {
    const { world, ports } = await answering({ status: 'refused', reason: 'BadRequestException: Invalid domain' });
    await sendAll(world, ports);
    expect(world.mails.map(({ to }) => to)).toEqual(['b@example.com']);
    expect([...world.ledger.values()].map(({ state, reason }) => [state, reason]).sort()).toEqual([
      ['refused', 'BadRequestException: Invalid domain'],
      ['sent', undefined],
    ]);
  });
});
