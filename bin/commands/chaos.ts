import { parseArgs } from 'node:util';
import { Chaos } from '../../test/chaos/chaos.ts';
import { Chance } from '../../test/chaos/load.ts';
import { commandLine, WrongUsage } from '../command-line.ts';

const USAGE = `Usage: npm run chaos -- [--minutes N] [--seed S]

Runs the local stack under load, kills its workers and the whole stack at random moments, and compares the result of each day with the
reference model.`;

await commandLine(USAGE, async () => {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: String(Date.now()) } },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new WrongUsage(`Expected a number of minutes, found ${values.minutes}.`);
  console.log(`chaos for ${minutes} min, seed ${values.seed}`);
  const chaos = new Chaos(new Chance(values.seed));
  await chaos.begin();
  try {
    const end = Date.now() + minutes * 60_000;
    while (Date.now() < end) await chaos.day();
    console.log(`as expected: ${chaos.summary}`);
    await chaos.end();
  } catch (error) {
    console.error(
      `seed ${values.seed}; the state is kept in ${chaos.stack.state}\n${chaos.stack.output.slice(-4_000)}`,
    );
    await chaos.stack.kill();
    throw error;
  }
});
