import { parseArgs } from 'node:util';
import { dropFile } from '../../local/app/drop-file.ts';
import { DEFAULT_STATE, readEndpoints } from '../../local/app/endpoints.ts';
import { commandLine, WrongUsage } from '../command-line.ts';

const USAGE = 'Usage: npm run drop -- [--state DIR] FILE…   (like samples/next/2020-01-13_incremental.csv)';

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { state: { type: 'string', default: DEFAULT_STATE } },
  });
  if (positionals.length === 0) throw new WrongUsage('Expected a file to upload.');
  const endpoints = readEndpoints(values.state);
  for (const file of positionals) {
    await dropFile(endpoints, file);
    console.log(`uploaded ${file}`);
  }
});
