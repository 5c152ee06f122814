import { parseArgs } from 'node:util';
import { Chaos } from '../../test/chaos/chaos.ts';
import { Chance } from '../../test/chaos/load.ts';
import { commandLine, WrongUsage } from '../command-line.ts';

/**
 * Runs the local stack under a load of days, kills its workers and the whole of it at random moments, and compares
 * what is left of each day with the plainest model.
 */
const USAGE = 'Usage: npm run chaos -- [--minutes N] [--seed S]';

await commandLine(USAGE, async () => {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: String(Date.now()) } },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new WrongUsage(`Expected some minutes, found ${values.minutes}.`);
  console.log(`chaos for ${minutes} min, seed ${values.seed}`);
  const chaos = new Chaos(new Chance(values.seed));
  await chaos.begin();
  try {
    const end = Date.now() + minutes * 60_000;
    while (Date.now() < end) await chaos.day();
    console.log(`as expected: ${chaos.told}`);
    await chaos.end();
  } catch (error) {
    console.error(`seed ${values.seed}; the state is left in ${chaos.stack.state}\n${chaos.stack.said.slice(-4_000)}`);
    await chaos.stack.kill();
    throw error;
  }
});
