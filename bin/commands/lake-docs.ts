import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../command-line.ts';
import { lakeTablesPage } from '../lake-tables.ts';

const USAGE = `Usage: npm run lake-docs

Writes docs/lake-tables.md from the datasets.`;

await commandLine(USAGE, async () => {
  writeFileSync(join(import.meta.dirname, '../../docs/lake-tables.md'), lakeTablesPage());
});
