import { parseArgs } from 'node:util';
import { commandLine, WrongUsage } from './command-line.ts';
import { dropFile } from './deliveries.ts';
import { DEFAULT_STATE, readEndpoints } from './endpoints.ts';

const USAGE = 'Usage: npm run drop -- [--state DIR] FILE…   (like samples/next/2020-01-13_incremental.csv)';

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { state: { type: 'string', default: DEFAULT_STATE } },
  });
  if (positionals.length === 0) throw new WrongUsage('Expected a file to drop.');
  const endpoints = readEndpoints(values.state);
  for (const file of positionals) {
    await dropFile(endpoints, file);
    console.log(`dropped ${file}`);
  }
});
