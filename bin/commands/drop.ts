import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CLOSE, dropCloses } from '../../local/app/drop-closes.ts';
import { dropFile } from '../../local/app/drop-file.ts';
import { dropMail } from '../../local/app/drop-mail.ts';
import { DEFAULT_STATE, readEndpoints } from '../../local/app/endpoints.ts';
import { commandLine, WrongUsage } from '../command-line.ts';

const USAGE = `Usage: npm run drop -- [--state DIR] FILE…           (like samples/next/2020-01-13_incremental.csv)
       npm run drop -- [--state DIR] TICKER=CLOSE…   (closes of the next day, like AAPL=318.20)
       npm run drop -- [--state DIR] --mail FILE…    (mails of a vendor, like samples/mailed/2020-01-14.eml)`;

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { state: { type: 'string', default: DEFAULT_STATE }, mail: { type: 'boolean', default: false } },
  });
  if (positionals.length === 0) throw new WrongUsage('Expected a file to upload, or a close like AAPL=318.20.');
  const closes = values.mail ? [] : positionals.filter((one) => CLOSE.test(one));
  const files = positionals.filter((one) => !closes.includes(one));
  // All of them first: with a wrong one nothing is uploaded.
  for (const file of files)
    if (!statSync(file).isFile()) throw new Error(`Expected a file at ${file}, found something else.`);
  const endpoints = readEndpoints(values.state);
  if (values.mail) {
    for (const file of files) {
      const key = await dropMail(endpoints, readFileSync(file));
      console.log(`mailed ${file} (${key}): npm start prints what becomes of it`);
    }
    return;
  }
  if (closes.length > 0) console.log(`uploaded ${await dropCloses(endpoints, closes)}`);
  for (const file of files) {
    await dropFile(endpoints, file);
    console.log(`uploaded ${file}`);
  }
});
