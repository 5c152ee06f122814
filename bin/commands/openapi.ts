import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApi } from '../../lambdas/api/openapi.ts';
import metadata from '../../package.json' with { type: 'json' };
import { commandLine } from '../command-line.ts';

const USAGE = `Usage: npm run openapi

Writes the description that the API serves at /openapi.json. A test fails if it is out of date.`;

await commandLine(USAGE, async () => {
  parseArgs({ options: {} });
  const file = join(import.meta.dirname, '../../lambdas/api/openapi.json');
  writeFileSync(file, `${JSON.stringify(openApi(metadata.version), undefined, 2)}\n`);
});
