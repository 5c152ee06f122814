import { simpleParser } from 'mailparser';
import type { Alert } from '../../lambdas/contracts/alert.ts';
import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { dropAndIngest } from './drops.ts';
import { sendAll } from './fan-outs.ts';
import { MemoryWorld } from './memory-world.ts';

export const at = (day: number, hour = 21) =>
  Date.parse(`2020-01-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`);
export const iso = (day: number, hour = 21) => new Date(at(day, hour)).toISOString();
export const dateOf = (day: number) => iso(day).slice(0, 10);

/** A world in which AAPL closed at 300 on 8 January. */
export async function alertWorld(...subscribers: Subscriber[]): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  world.subscribers.push(...subscribers);
  await dropAndIngest(
    world,
    '2020-01-08_history.csv',
    'ticker,close,date\nAAPL,300,2020-01-07\nAAPL,300,2020-01-08\n',
    iso(8),
  );
  await send(world, 8);
  return world;
}

export const send = (world: MemoryWorld, day: number, hour = 21) =>
  sendAll(world, undefined, { now: at(day, hour) + 60_000, deadline: at(day, hour) + 600_000 });

/** Drops the file of a day with closes of AAPL, by day. */
export const drop = (world: MemoryWorld, day: number, closes: Record<number, string>, time = iso(day)) =>
  dropAndIngest(
    world,
    `${dateOf(day)}_incremental.csv`,
    `ticker,close,date,action\n${Object.entries(closes)
      .map(([date, close]) =>
        close === '' ? `AAPL,,${dateOf(Number(date))},D` : `AAPL,${close},${dateOf(Number(date))},I`,
      )
      .join('\n')}\n`,
    time,
  );

export async function day(world: MemoryWorld, date: number, closes: Record<number, string>): Promise<void> {
  await drop(world, date, closes);
  await send(world, date);
}

export const subjects = async (world: MemoryWorld) =>
  Promise.all(world.mails.map(async ({ raw }) => (await simpleParser(raw)).subject));
export const textOf = async (world: MemoryWorld, n = -1) =>
  (await simpleParser(world.mails.at(n)?.raw ?? '')).text ?? '';
/** Edits the alert of the first subscriber. */
export const changeAlert = (world: MemoryWorld, changes: Partial<Alert>) => {
  const [subscriber] = world.subscribers;
  const alert = subscriber?.alerts?.['one'];
  if (subscriber && alert) subscriber.alerts = { one: { ...alert, ...changes } };
};
