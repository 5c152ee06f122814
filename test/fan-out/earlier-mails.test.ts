import { simpleParser } from 'mailparser';
import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { fanOutMessage } from '../../lambdas/contracts/weekly.ts';
import { above, anAlert } from '../support/alerts.ts';
import { command, dropAndIngest, ingest } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

/** What a mail displayed is corrected by the next one, whatever kind it is, and under which name the ticker is followed. */

const at = (time: string) => ({ now: Date.parse(time), deadline: Date.parse(time) + 300_000 });
const drop = (world: MemoryWorld, name: string, time: string, ...rows: string[]) =>
  dropAndIngest(world, `${name}_incremental.csv`, `ticker,close,date,action\n${rows.join('\n')}\n`, time);
const day = async (world: MemoryWorld, date: string, ...rows: string[]) => {
  await drop(world, date, `${date}T21:00:00Z`, ...rows);
  await sendAll(world, undefined, at(`${date}T21:01:00Z`));
};
const ring = async (world: MemoryWorld, time: string) => {
  world.messages.splice(0, Number.POSITIVE_INFINITY, {
    message: fanOutMessage.parse({ weekly: time }),
    delaySeconds: 0,
  });
  await sendAll(world, undefined, at(time));
};
/** Number of mails that tell a correction. */
const telling = async (world: MemoryWorld, correction: string) => {
  const mails = await Promise.all(world.mails.map(({ raw }) => simpleParser(raw)));
  return mails.filter(({ text }) => text?.includes(correction)).length;
};
const world = (...subscribers: Subscriber[]) => {
  const made = new MemoryWorld();
  made.subscribers.push(...subscribers);
  return made;
};

test.each(['every', 'weekly'] as const)(
  'a ticker that only an alert displayed is corrected: mails %s',
  async (mails) => {
    const alerts = { one: anAlert(above('310')) };
    const made = world(
      aSubscriber({ tickers: { KO: { window: 90 } }, preferences: { theme: 'light', mails }, alerts }),
    );
    await day(made, '2020-01-08', 'AAPL,300,2020-01-08,I', 'KO,50,2020-01-08,I');
    await day(made, '2020-01-09', 'AAPL,312.4,2020-01-09,I', 'KO,51,2020-01-09,I');
    await day(made, '2020-01-10', 'AAPL,311.7,2020-01-09,U', 'KO,52,2020-01-10,I');
    await ring(made, '2020-01-11T13:00:00Z');
    await day(made, '2020-01-14', 'AAPL,305,2020-01-13,I', 'AAPL,315,2020-01-14,I', 'KO,53,2020-01-14,I');
    await ring(made, '2020-01-18T13:00:00Z');
    expect(await telling(made, '312.40 → 311.70')).toBe(1);
  },
);

test('a weekly digest corrects nothing that no mail showed of a ticker with an alert', async () => {
  const alerts = { one: anAlert(above('310')) };
  const preferences = { theme: 'light', mails: 'weekly' } as const;
  const made = world(aSubscriber({ tickers: { KO: { window: 90 } }, preferences, alerts }));
  await day(made, '2020-01-08', 'AAPL,300,2020-01-08,I');
  await day(made, '2020-01-09', 'AAPL,312.4,2020-01-09,I');
  await day(made, '2020-01-10', 'AAPL,305,2020-01-10,I');
  await drop(made, 'eu/2020-01-10', '2020-01-10T22:00:00Z', 'AAPL,306,2020-01-10,I');
  await sendAll(made, undefined, at('2020-01-10T22:01:00Z'));
  await ring(made, '2020-01-11T13:00:00Z');
  expect([made.mails.length, await telling(made, '305.00 → 306.00')]).toEqual([1, 0]);
});

test.each([
  ['the old name', { FB: { window: 90 } }],
  ['the new name instead', { META: { window: 90 } }],
  ['both names', { FB: { window: 90 }, META: { window: 90 } }],
] as const)('a renamed ticker is corrected for who follows %s', async (_what, tickers) => {
  const ada = aSubscriber({ tickers: { FB: { window: 90 } } });
  const made = world(ada);
  await day(made, '2020-01-07', 'FB,200,2020-01-07,I');
  const declared = 'action,ticker,date,value\nR,META,2020-01-08,FB\n';
  await dropAndIngest(made, 'declared/2020-01-08_incremental.csv', declared, '2020-01-08T12:00:00Z');
  await day(made, '2020-01-08', 'META,2100,2020-01-08,I');
  ada.tickers = tickers;
  await day(made, '2020-01-09', 'META,210,2020-01-08,U', 'META,211,2020-01-09,I');
  await day(made, '2020-01-10', 'META,212,2020-01-10,I');
  expect(await telling(made, '2,100.00 → 210.00')).toBe(1);
});

test.each([0, 7, 8])('after %i weekly digests a mail that was throttled for a while is the last one', async (weeks) => {
  const ada = aSubscriber({ preferences: { theme: 'light', mails: 'weekly' } });
  const made = world(ada);
  for (let week = 0; week < weeks; week++) {
    const friday = new Date(Date.parse('2019-11-01') + week * 7 * 86_400_000).toISOString().slice(0, 10);
    await drop(made, friday, `${friday}T21:00:00Z`, `AAPL,300,${friday},I`);
    await ring(made, new Date(Date.parse(`${friday}T13:00:00Z`) + 86_400_000).toISOString());
  }
  expect(made.mails).toHaveLength(weeks);
  ada.preferences.mails = 'every';
  await day(made, '2020-01-08', 'AAPL,300,2020-01-08,I');
  await drop(made, '2020-01-09', '2020-01-09T21:00:00Z', 'AAPL,310,2020-01-09,I');
  const [late] = made.messages.splice(0);
  await drop(made, 'eu/2020-01-09', '2020-01-09T21:01:00Z', 'AAPL,301,2020-01-08,I');
  const [early] = made.messages.splice(0);
  await fanOutOne(made, early?.message, at('2020-01-09T21:02:00Z'));
  // The late one displays a wrong close, which is revoked an hour later.
  await drop(made, 'us/2020-01-09', '2020-01-09T21:03:00Z', 'AAPL,3100,2020-01-09,I');
  const [wrong] = made.messages.splice(0);
  await fanOutOne(made, late?.message, at('2020-01-09T21:04:00Z'));
  await ingest(made, command(made, 'us/2020-01-09.incremental', 'revoke', '2020-01-09T21:06:00Z'));
  await fanOutOne(made, wrong?.message, at('2020-01-09T21:07:00Z'));
  await sendAll(made, undefined, at('2020-01-09T21:08:00Z'));
  await day(made, '2020-01-10', 'AAPL,311,2020-01-10,I');
  expect([await telling(made, '310.00 → 3,100.00'), await telling(made, '3,100.00 → 310.00')]).toEqual([1, 1]);
});
