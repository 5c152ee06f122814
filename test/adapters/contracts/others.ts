import { setTimeout as sleep } from 'node:timers/promises';
import { concurrently } from '../../../lambdas/runtime/concurrently.ts';
import type { Ports, World } from './worlds.ts';

/** The tickers port: a set of names. */
export function tickersContract(port: () => Ports['tickers']): void {
  test('tickers are added by several invocations at once, and read once each, sorted', async () => {
    const names = Array.from({ length: 500 }, (_, i) => `N${i}`);
    await Promise.all([port().add(names.slice(0, 300)), port().add(names.slice(200)), port().add([])]);
    expect((await port().all()).filter((name) => name.startsWith('N'))).toEqual(names.sort());
  });

  test('tickers of declarations are kept apart', async () => {
    await Promise.all([
      port().addDeclared(
        ['D1', 'D2', 'D1'],
        [
          ['D1', 'D2'],
          ['D1', 'D2'],
        ],
      ),
      port().addDeclared(['D2', 'D3'], []),
      port().addDeclared([], []),
    ]);
    expect(await port().renames()).toEqual([['D1', 'D2']]);
    expect((await port().declared()).sort()).toEqual(['D1', 'D2', 'D3']);
    expect((await port().all()).filter((name) => name.startsWith('D'))).toEqual([]);
  });
}

/** The files of declarations: one a day, replaced only by who has read it. */
export function declarationsContract(port: () => Ports['declarations']): void {
  test('a file is replaced only if it is still the one that was read: of several writers one wins', async () => {
    const date = '2020-01-31';
    expect(await port().read(date)).toBeUndefined();
    const first = await Promise.all(['a', 'b'].map((text) => port().write(date, text, undefined)));
    expect(first.filter(Boolean)).toHaveLength(1);
    const read = await port().read(date);
    expect(read?.text).toBe(['a', 'b'][first.indexOf(true)]);
    const second = await Promise.all(['c', 'd', 'e'].map((text) => port().write(date, text, read?.etag)));
    expect(second.filter(Boolean)).toHaveLength(1);
    expect((await port().read(date))?.text).toBe(['c', 'd', 'e'][second.indexOf(true)]);
    for (const etag of [undefined, read?.etag]) expect(await port().write(date, 'f', etag)).toBe(false);
  });
}

/** The limits port: rate limits with fixed windows. */
export function limitsContract(port: () => Ports['limits']): void {
  test('a limit gives so many uses in a window, also to concurrent requests', async () => {
    const limit = { key: 'previews/x', max: 3, windowSeconds: 3600 };
    const now = Date.parse('2020-01-10T21:59:00Z');
    const waits = await Promise.all(Array.from({ length: 8 }, () => port().take(limit, now)));
    expect(waits.sort()).toEqual([0, 0, 0, 60, 60, 60, 60, 60]);
    expect(await port().take({ ...limit, key: 'previews/y' }, now)).toBe(0);
    expect(await port().take(limit, now + 60_000)).toBe(0);
  });

  test('the time of an event is noted; the latest note counts', async () => {
    for (const at of [1_000_000, 2_000_000]) await port().note('erased/x', at, 60);
    expect([await port().noted('erased/x'), await port().noted('erased/y')]).toEqual([2_000_000, undefined]);
  });
}

/** The refreshed queue: any number of messages, each delivered at least once. */
export function refreshedContract(world: () => World): void {
  const message = (delivery: string) => ({
    delivery,
    revision: '01',
    knownAt: '2020-01-01T21:00:00.000Z',
    changes: 'c',
    hop: 1,
    scan: { scanSegment: 0, totalScanSegments: 2, after: 'a' },
  });

  test('more messages than fit into a batch arrive as they were sent', async () => {
    const messages = Array.from({ length: 25 }, (_, i) => message(`d${String(i).padStart(2, '0')}`));
    await world().ports.refreshed.send(messages);
    const received = await world().received();
    expect(received.sort((a, b) => (a.delivery < b.delivery ? -1 : 1))).toEqual(messages);
    await world().ports.refreshed.send([]);
    expect(await world().received()).toEqual([]);
  });

  test('a delayed message is not visible yet', async () => {
    await world().ports.refreshed.send([message('later')], 900);
    await sleep(20);
    expect(await world().received()).toEqual([]);
  });
}

/** The records bucket. */
export function recordsContract(port: () => Ports['records']): void {
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

  test('an object is read as it was written last; a missing one is undefined', async () => {
    for (const body of ['{"ok":false}', '{"ok":true}'])
      await port().put('deliveries/x/report.json', body, 'application/json');
    await port().put('deliveries/x/bytes', Uint8Array.of(0, 255, 10), 'application/gzip');
    expect(text(await port().get('deliveries/x/report.json'))).toBe('{"ok":true}');
    expect([...((await port().get('deliveries/x/bytes')) ?? [])]).toEqual([0, 255, 10]);
    expect(await port().get('deliveries/none')).toBeUndefined();
  });

  test('a new object is written once: of several writers one wins', async () => {
    const write = (body: string) => port().putNew('profiles/v000001.json', body, 'application/json');
    const won = await Promise.all(['a', 'b', 'c'].map(write));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(text(await port().get('profiles/v000001.json'))).toBe(['a', 'b', 'c'][won.indexOf(true)]);
    expect(await write('d')).toBe(false);
  });

  test('keys are listed by prefix, in order, over more than one page', async () => {
    const keys = Array.from({ length: 1_010 }, (_, i) => `listed/${String(i).padStart(4, '0')} ü+&.json`);
    await concurrently(keys, 20, (key) => port().put(key, key, 'application/json'));
    await port().put('listed-not/1', '', 'application/json');
    expect(await port().list('listed/')).toEqual(keys);
    expect(await port().list('none/')).toEqual([]);
  });
}

/** The drop bucket: exactly the version that an event names. */
export function dropContract(world: () => World): void {
  const read = async (version: Parameters<Ports['drop']['read']>[0]): Promise<string | undefined> => {
    const body = await world().ports.drop.read(version);
    if (!body || body === 'locked') return body;
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  test('a version is read only while the object has it', async () => {
    const key = 'a/b c+ü_2020-01-02_history.csv';
    const first = await world().upload(key, 'one');
    expect(await read(first)).toBe('one');
    const second = await world().upload(key, 'two');
    expect([await read(first), await read(second)]).toEqual([undefined, 'two']);
    expect(await read({ ...second, key: 'missing.csv' })).toBeUndefined();
  });
}
