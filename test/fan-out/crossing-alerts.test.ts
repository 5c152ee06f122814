import { alertWorld, at, day, drop, iso, subjects } from '../support/alert-days.ts';
import { above, alerted, anAlert } from '../support/alerts.ts';
import { command, ingest } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { interruptedAt } from '../support/faulty-ports.ts';
import type { MemoryWorld } from '../support/memory-world.ts';

/** Prices change, and the mail about the change is decided, at each call of an earlier mail. No later delivery comes to mend anything. */

const options = (hour: number) => ({ now: at(10, hour) + 60_000, deadline: at(10, hour) + 600_000 });

/** Sends the waiting mail, and before its call with this number lets the other change happen. @returns false if it has fewer calls */
async function cross(world: MemoryWorld, number: number, change: () => Promise<void>): Promise<boolean> {
  const [waiting] = world.messages.splice(0);
  let isReached = false;
  const ports = interruptedAt(world.ports(), number, async () => {
    isReached = true;
    await change();
    await sendAll(world, undefined, options(12));
  });
  await fanOutOne(world, waiting?.message, { ...options(12), ports });
  for (const hour of [13, 14, 15]) await sendAll(world, undefined, options(hour));
  return isReached;
}

const commanded = (world: MemoryWorld, name: 'revoke' | 'replay') => async () => {
  await ingest(world, command(world, '2020-01-09.incremental', name, iso(10, 11)));
};
/** The last thing that mails told of the alert. */
const lastWord = async (world: MemoryWorld): Promise<string> =>
  (await subjects(world)).findLast((subject) => subject?.startsWith('Alert'))?.slice(0, 15) ?? 'nothing';

test('whenever a delivery is revoked while its alert is mailed, no mail leaves the alert as true', async () => {
  const words = new Set<string>();
  for (let number = 0; ; number++) {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await drop(world, 9, { 9: '312.4' }, iso(10, 10));
    if (!(await cross(world, number, commanded(world, 'revoke')))) break;
    words.add(await lastWord(world));
  }
  expect(words).toEqual(new Set(['nothing', 'Alert withdrawn']));
});

test('whenever a delivery is applied again while its alert is withdrawn, no mail leaves the alert as withdrawn', async () => {
  const words = new Set<string>();
  for (let number = 0; ; number++) {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 9, { 9: '312.4' });
    await commanded(world, 'revoke')();
    if (!(await cross(world, number, commanded(world, 'replay')))) break;
    words.add(await lastWord(world));
  }
  expect(words).toEqual(new Set(['Alert: AAPL clo']));
});
