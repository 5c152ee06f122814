import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RECORDED_COLLECTORS } from '../../bin/stages.ts';
import { allRows, Lake, prices, sql } from '../../client/index.ts';
import type { Report } from '../../lambdas/contracts/report.ts';
import { SMOKE_SUBSCRIBER, SMOKE_TICKER } from '../../lambdas/contracts/smoke-test.ts';
import { settled } from '../../local/app/settled.ts';
import { subscribe } from '../../local/app/subscribers.ts';
import { Reference, type Subscriber } from '../simulation/reference.ts';
import { above, anAlert } from '../support/alerts.ts';
import { LocalStack } from '../support/local-stack.ts';
import { Store } from '../support/store.ts';
import { type Chance, type Day, FOLLOWED, Load } from './load.ts';

const SUBSCRIBERS = 24;
/** Subscribers who follow nothing and have alerts. */
const ALERTED = 6;
const isAlerted = (address: string): boolean => address.startsWith('alerted-');
const SECONDS_TO_SETTLE = 180;
/** Files of this folder are mailed. */
const MAILED = 'mailed/';
const MAX_PAUSE_MS = 1_500;

/** A local stack under load, processes that are killed at random moments, and the reference model to compare with. */
export class Chaos {
  readonly stack = new LocalStack();
  readonly #chance: Chance;
  readonly #load: Load;
  readonly #reference = new Reference();
  readonly #subscribers: Subscriber[] = [];
  #store: Store | undefined;
  #known = new Set<string>();
  /** Of the day before: no file of an earlier day was changed. */
  #wasQuiet = true;
  readonly #counts = {
    days: 0,
    files: 0,
    commands: 0,
    runs: 0,
    rows: 0,
    mails: 0,
    fires: 0,
    'killed workers': 0,
    'killed stacks': 0,
  };

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#load = new Load(chance);
  }

  get summary(): string {
    return Object.entries(this.#counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
  }

  async begin(): Promise<void> {
    const endpoints = await this.stack.start('--empty', '--collect');
    this.#store = new Store(endpoints);
    for (let i = 0; i < SUBSCRIBERS; i++) {
      const address = `subscriber-${i}@example.com`;
      const followed = [
        ...this.#chance.some([...FOLLOWED.top, ...FOLLOWED.eu, ...FOLLOWED.collected, ...FOLLOWED.mailed], 0.3),
        this.#chance.one(FOLLOWED.top),
      ];
      await subscribe(endpoints, address, followed, { window: 365 });
      this.#subscribers.push({ address, tickers: Object.fromEntries(followed.map((one) => [one, { window: 365 }])) });
    }
    for (let i = 0; i < ALERTED; i++) {
      const address = `alerted-${i}@example.com`;
      const start = { date: '2020-01-05', closes: [] };
      const alerts = Object.fromEntries(
        this.#chance
          .some(FOLLOWED.top, 0.3)
          .map((ticker) => [ticker, anAlert(above(String(53 + this.#chance.number(5))), { ticker, start })]),
      );
      await subscribe(endpoints, address, [], { alerts });
      this.#subscribers.push({ address, tickers: {}, alerts });
    }
  }

  async end(): Promise<void> {
    this.#store?.close();
    await this.stack.stop();
  }

  /** One day: everything at once, while processes are killed. Then the result is compared with the reference model. */
  async day(): Promise<void> {
    const day = this.#load.next();
    const expected = this.#expected(day);
    const before = { ...this.#counts };
    await Promise.all([this.#act(day), this.#killWorkers()]);
    if (this.#chance.happens(0.3)) await this.#killStack();
    await settled(this.stack.endpoints, SECONDS_TO_SETTLE);
    await this.#compare(day, expected);
    const { files, commands, mails } = this.#counts;
    const deaths = this.#counts['killed workers'] - before['killed workers'];
    const isRestarted = this.#counts['killed stacks'] > before['killed stacks'];
    console.log(
      `${day.date}  ${files - before.files} files, ${commands - before.commands} commands · killed ${deaths} workers${isRestarted ? ' and the stack' : ''} · ${mails - before.mails} mails, as expected`,
    );
  }

  get #running(): Store {
    assert(this.#store);
    return this.#store;
  }

  /** Addresses that must get a mail, by the reference model. */
  #expected({ drops, commands, collected }: Day): string[] {
    const reference = this.#reference;
    const changes = [
      ...drops
        .filter(({ isHeld }) => !isHeld)
        .map(
          ({ key, content }) =>
            () =>
              reference.drop(key, content),
        ),
      ...commands.map(
        ({ name, key }) =>
          () =>
            name === 'revoke' ? reference.revoke(key) : reference.drop(key, this.#load.contentOf(key)),
      ),
    ];
    if (collected) changes.push(() => reference.drop(collected.key, collected.content));
    const mailed = changes.flatMap((change) => reference.concerned(change, this.#subscribers));
    return [...mailed, SMOKE_SUBSCRIBER.address].sort();
  }

  async #act({ drops, commands, collected }: Day): Promise<void> {
    if (collected) {
      await this.#running.collect(collected.request);
      this.#counts.runs++;
    }
    await Promise.all(
      drops.map(({ key, content }) => {
        const name = key.slice(MAILED.length);
        return key.startsWith(MAILED) ? this.#running.mail(name, content) : this.#running.drop(key, content);
      }),
    );
    await this.#running.testSmoke();
    for (const { name, key } of commands) await this.#running.command(name, key);
    this.#counts.days++;
    this.#counts.files += drops.length;
    this.#counts.commands += commands.length;
  }

  async #killWorkers(): Promise<void> {
    for (let kills = this.#chance.number(4); kills > 0; kills--) {
      await sleep(this.#chance.number(MAX_PAUSE_MS));
      const workers = workersOf(this.stack.pid);
      if (workers.length === 0) continue;
      process.kill(this.#chance.one(workers), 'SIGKILL');
      this.#counts['killed workers']++;
    }
  }

  async #killStack(): Promise<void> {
    await sleep(this.#chance.number(MAX_PAUSE_MS));
    this.#running.close();
    await this.stack.kill();
    this.#store = new Store(await this.stack.start('--empty', '--collect'));
    this.#counts['killed stacks']++;
  }

  /** The current closes as an analyst reads them, and the names that tickers no longer have. */
  async #lake(): Promise<{ closes: string[]; oldNames: Set<string> }> {
    const lake = new Lake({ state: this.stack.state }, { cache: join(this.stack.state, 'lake-cache') });
    try {
      const rows = await allRows(await prices(lake, { scale: 'raw' }));
      const closes = rows.map(([ticker, date, , , , close]) => `${ticker} ${date} ${close}`).sort();
      const renames = await allRows(await sql(lake, 'select distinct old_ticker from renames'));
      return { closes, oldNames: new Set(renames.map(([name]) => String(name))) };
    } finally {
      await lake.close();
    }
  }

  async #compare({ date, drops, commands }: Day, expected: string[]): Promise<void> {
    const store = this.#running;
    const isQuiet = commands.length === 0 && drops.every(({ key, isHeld }) => isHeld || key.includes(date));
    assert.deepEqual((await store.prices()).filter(isVendors), this.#reference.prices(), `prices of ${date}`);
    const { closes, oldNames } = await this.#lake();
    // The client names a ticker that was renamed once; the reference under both names.
    const named = this.#reference.prices().filter((line) => !oldNames.has(line.split(' ')[0] ?? ''));
    assert.deepEqual(closes.filter(isExpected), named, `lake of ${date}`);
    const deliveries = await store.deliveries();
    for (const { delivery, state, lease, unfinished, announce, report } of deliveries) {
      assert(state !== 'received' && !lease && !announce && unfinished.length === 0, `${delivery} is ${state}`);
      const { rows }: Report = JSON.parse((await store.record(report ?? '')).toString());
      assert.equal(rows.accepted + rows.quarantined, rows.read, delivery);
      if (delivery === `${date}.incremental`) this.#counts.rows += rows.read;
    }
    for (const { key } of drops)
      assert(
        deliveries.some(({ file }) => file.key === key),
        `${key} has no record`,
      );
    const mails = await store.mails();
    const fresh = mails.filter(({ id }) => !this.#known.has(id)).map(({ to }) => to);
    // If files of several days change at once, their order decides which of them announces a fire, and what the next mail withdraws.
    const isSettled = isQuiet && this.#wasQuiet;
    const isCertain = (address: string) => isSettled || !isAlerted(address);
    this.#wasQuiet = isQuiet;
    assert.deepEqual(fresh.filter(isCertain).sort(), expected.filter(isCertain), `mails of ${date}`);
    this.#known = new Set(mails.map(({ id }) => id));
    this.#counts.mails += fresh.length;
    const ledger = await store.ledger();
    let told = 0;
    const sent = new Set(ledger.map(({ recipient, key }) => `${recipient} ${key}`));
    for (const { recipient, alert, fires } of await store.told()) {
      const live = fires.filter(({ withdrawnBy }) => !withdrawnBy);
      assert.equal(new Set(live.map((fire) => fire.date)).size, live.length, `${recipient} ${alert} was told twice`);
      for (const { by } of live) assert(sent.has(`${recipient} ${by}`), `${recipient} ${alert}: no mail ${by}`);
      told += live.length;
    }
    this.#counts.fires = told;
    assert.equal(ledger.length, this.#counts.mails, 'ledger records');
    for (const record of ledger) assert.equal(record.state, 'sent', `${record.recipient} ${record.key}`);
    assert.equal(await store.deadLetters(), 0, 'dead letters');
  }
}

/** The schedules of the stack collect other tickers at each start. */
const SCHEDULED = new Set(RECORDED_COLLECTORS.flatMap(({ subjects = [] }) => subjects));
const isExpected = (line: string): boolean => !SCHEDULED.has(line.split(' ')[0] ?? '');
/** The price of smoke tests is in the prices, and may not be in the lake. */
const isVendors = (line: string): boolean => isExpected(line) && !line.startsWith(SMOKE_TICKER);

/** Ids of the processes in which functions of a stack run. */
function workersOf(parent: number): number[] {
  const processes = execFileSync('ps', ['-Ao', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return processes.split('\n').flatMap((line) => {
    const [, pid, ppid, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(ppid) === parent && args.includes('engine/worker.ts') ? [Number(pid)] : [];
  });
}
