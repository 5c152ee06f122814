import { parseArgs } from 'node:util';
import { commandLine } from './command-line.ts';
import { dropFile } from './deliveries.ts';
import { DEFAULT_STATE, readEndpoints } from './endpoints.ts';

await commandLine(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { state: { type: 'string', default: DEFAULT_STATE } },
  });
  if (positionals.length === 0) throw new Error('Usage: npm run drop -- [--state DIR] FILE…');
  const endpoints = readEndpoints(values.state);
  for (const file of positionals) {
    await dropFile(endpoints, file);
    console.log(`dropped ${file}`);
  }
});
