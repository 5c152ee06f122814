import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import Papa from 'papaparse';
import { signLink } from '../../lambdas/domain/links/link-token.ts';
import { describeProblem } from '../../lambdas/domain/vendor-file/bad-file.ts';
import type { ReadDelivery } from '../../lambdas/domain/vendor-file/read-result.ts';
import { logOutcome } from '../../lambdas/ingest/log-outcome.ts';
import { ApiWorld, inPath } from '../support/api-world.ts';
import { read } from '../support/deliveries.ts';
import { drop, INGEST_SETTINGS, ingest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { aSubscriber } from '../support/subscribers.ts';

const CORPUS = join(import.meta.dirname, '../fixtures/hostile');
const EXPECTED: Record<string, object> = JSON.parse(readFileSync(`${CORPUS}.json`, 'utf8'));
const FILES = readdirSync(CORPUS).sort();
const fileOf = (name: string): Buffer => readFileSync(join(CORPUS, name));
/** Files with up to half bad rows are accepted: some files of the corpus have many. */
const MAX_BAD_SHARE = 0.5;
const SETTINGS = { ...INGEST_SETTINGS, maxRejectedShare: MAX_BAD_SHARE };

const summaryOf = ({ rejection, rows }: ReadDelivery) => {
  if (rejection) return { rejected: describeProblem(rejection) };
  const { accepted, quarantined, withoutClose, withoutContent } = rows;
  return { accepted, quarantined, ...(withoutClose && { withoutClose }), ...(withoutContent && { withoutContent }) };
};

test.each(FILES)('%s', async (name) => {
  expect(summaryOf(await read(fileOf(name), undefined, MAX_BAD_SHARE))).toEqual(EXPECTED[name]);
});

test('the corpus and its expected results name the same files', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(FILES);
});

const isZip = (file: Buffer): boolean => file.subarray(0, 2).toString() === 'PK';

/** Number of lines behind the header: counted without our own parser. */
function linesIn(file: Buffer): number {
  const text = (file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file).toString();
  const lines = text.replace(/\n$/, '').split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const header = /^sep=|^"sep=."/i.test(lines[first] ?? '') ? first + 1 : first;
  return lines.length - header - 1;
}

const FORMULA = /^[=+\-@\t\r]/;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Every row is counted, and every text may be displayed anywhere. */
function checkAccounts(file: Buffer, { rows, problems, quarantine, rejection }: ReadDelivery): void {
  expect(rows.accepted + rows.quarantined + rows.withoutClose).toBe(rows.read);
  // A rejected file may not have been read to its end.
  if (!rejection && !isZip(file)) expect(rows.read + rows.withoutContent).toBe(linesIn(file));
  for (const problem of [...problems, ...(rejection ? [rejection] : [])]) {
    const { column: _column, ...texts } = problem;
    expect(JSON.stringify(texts)).not.toMatch(INVISIBLE);
  }
  expect(quarantine !== undefined).toBe(rows.quarantined > 0);
  if (!quarantine) return;
  const { data, errors } = Papa.parse<string[]>(gunzipSync(quarantine).toString().replace(/\r\n$/, ''), {
    newline: '\r\n',
  });
  expect(errors).toEqual([]);
  expect(data).toHaveLength(rows.quarantined + 1);
  for (const line of data) {
    expect(line).toHaveLength(5);
    for (const cell of line) expect(cell).not.toMatch(FORMULA);
  }
}

/** Tags of our own mails and pages. */
const TAGS =
  /^\/?(?:!doctype|!--|html|head|body|meta|link|title|style|main|table|thead|tbody|tr|th|td|div|span|strong|p|h1|h2|a|img|form|button)\b/i;

function checkMarkup(html: string): void {
  // The template has comments for Outlook.
  const plain = html.replace(/<!--.*?-->/gs, '').replace(/<style>.*?<\/style>/gs, '');
  for (const [, tag = ''] of plain.matchAll(/<([^>\s]*)/g)) expect(tag).toMatch(TAGS);
  expect(plain).not.toMatch(/&(?!#x?[\da-f]+;|\w+;)/i);
  expect(plain).not.toMatch(/\son\w+=|\s(?:href|src|action)="?\s*javascript:/i);
}

function checkMail(raw: string, html: string): void {
  checkMarkup(html);
  const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
  const names = head
    .replace(/\r\n[ \t]/g, '')
    .split('\r\n')
    .map((line) => line.split(':')[0]);
  expect(names.sort()).toEqual([
    'Auto-Submitted',
    'Content-Type',
    'Date',
    'From',
    'List-ID',
    'List-Unsubscribe',
    'List-Unsubscribe-Post',
    'MIME-Version',
    'Message-ID',
    'Subject',
    'To',
  ]);
  for (const line of head.split('\r\n')) expect(line).toMatch(/^[\x20-\x7e\t]{1,998}$/);
}

/** A file with any name is ingested, mailed and exported: nothing crashes, and all of its text is escaped. */
async function checkEveryOutput(key: string, file: Buffer): Promise<void> {
  const world = new ApiWorld();
  const streams = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockReturnValue(true));
  const outcome = await ingest(world, drop(world, key, file), { settings: SETTINGS });
  logOutcome(outcome, 1, { logger: new Logger({ logLevel: 'INFO' }), metrics: new Metrics() });
  const [[line] = []] = streams.flatMap(({ mock }) => mock.calls);
  for (const stream of streams) stream.mockRestore();
  expect(JSON.parse(String(line))).toMatchObject({ message: expect.stringMatching(/^delivery /) });
  expect(String(line).slice(0, -1)).not.toMatch(INVISIBLE);
  const tickers = [...world.tickers].slice(0, 40);
  const subscriber = aSubscriber({ tickers: Object.fromEntries(tickers.map((ticker) => [ticker, { window: 365 }])) });
  world.subscribers.push(subscriber);
  await sendAll(world);
  for (const { raw } of world.mails) checkMail(raw, (await simpleParser(raw)).html || '');
  const page = await world.ask(
    `/unsubscribe?token=${signLink({ current: 'key' }, 'unsubscribe', subscriber.subscriber)}`,
  );
  checkMarkup(await page.text());
  for (const ticker of tickers.slice(0, 5)) {
    const path = `/tickers/${inPath(ticker)}/prices`;
    const csv = await (await world.ask(path, { headers: { accept: 'text/csv' } })).text();
    for (const cell of Papa.parse<string[]>(csv.trimEnd()).data.flat()) expect(cell).not.toMatch(FORMULA);
    expect((await world.ask(path)).status).toBe(200);
  }
  expect((await world.ask('/deliveries')).status).toBe(200);
  expect(world.unexpected).toEqual([]);
}

test.each(FILES)('%s is ingested, mailed and exported, and all of its text is escaped', async (name) => {
  const file = fileOf(name);
  checkAccounts(file, await read(file, undefined, MAX_BAD_SHARE));
  await checkEveryOutput('2023-04-02_incremental.csv', file);
});

const NAMES = [
  'feed/2023-04-02_incremental.csv',
  '<script>alert(1)</script>/2023-04-02_incremental.csv',
  '=cmd|calc/2023-04-02_incremental.csv',
  '\u202egnp/2023-04-02_incremental.csv',
  '"onload="x/2023-04-02_history.csv',
  '2023-02-30_incremental.csv',
  '../../2023-04-02_incremental.csv',
  'a\r\nBcc: x@example.com/2023-04-02_incremental.csv',
  '\u0000\u001b[31m.csv',
  '%00.csv',
  `${'long/'.repeat(100)}2023-04-02_incremental.csv`,
];
test.each(NAMES)('a file named %j is processed, and its name is escaped in all output', async (key) => {
  await checkEveryOutput(key, fileOf('encoding-utf8-bom.csv'));
});

describe('fuzzed', () => {
  const piece = fc.constantFrom(
    ...[
      '"',
      '""',
      ',',
      '\n',
      '\r\n',
      '\r',
      '\0',
      '=',
      '<b>',
      '\u202e',
      '\ufeff',
      '1e400',
      '2023-02-30',
      'D',
      'I',
      ' ',
      '\t',
      '🚀',
      'ß',
    ],
    ...['A,1,2023-04-01,I\n', 'A,,,D\n', 'A,1,2023-04-01,U\n', 'A,,2023-04-01,D\n', '__proto__,1,2023-04-01,I\n'],
  );
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.integer({ min: 0, max: 12 }),
    insert: fc.oneof(
      fc.array(piece, { maxLength: 5 }).map((pieces) => Buffer.from(pieces.join(''))),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    ),
  });
  /** A file of the corpus, or halves of two, with bytes removed and inserted; sometimes compressed. */
  const mutant = fc
    .record({
      name: fc.constantFrom(...FILES.filter((one) => fileOf(one).length < 10_000)),
      other: fc.option(fc.constantFrom(...FILES.filter((one) => fileOf(one).length < 10_000)), { freq: 4 }),
      changes: fc.array(change, { maxLength: 6 }),
      isPacked: fc.nat(9).map((n) => n === 0),
    })
    .map(({ name, other, changes, isPacked }) => {
      let file = fileOf(name);
      if (other)
        file = Buffer.concat([file.subarray(0, file.length / 2), fileOf(other).subarray(fileOf(other).length / 2)]);
      for (const { at, remove, insert } of changes) {
        const from = Math.floor(at * file.length);
        file = Buffer.concat([file.subarray(0, from), insert, file.subarray(from + remove)]);
      }
      return isPacked ? gzipSync(file) : file;
    });

  test('every row of a file that is not rejected is counted', async () => {
    await fc.assert(
      fc.asyncProperty(mutant, async (file) => checkAccounts(file, await read(file, undefined, MAX_BAD_SHARE))),
      { numRuns: 8_000 },
    );
  }, 120_000);

  test('any file is ingested, mailed and exported', async () => {
    await fc.assert(
      fc.asyncProperty(mutant, (file) => checkEveryOutput('2023-04-02_incremental.csv', file)),
      { numRuns: 500 },
    );
  }, 120_000);
});
