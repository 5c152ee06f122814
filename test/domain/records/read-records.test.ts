import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { macro } from '../../../datasets/macro.ts';
import { news } from '../../../datasets/news.ts';
import { lakeDelivery } from '../../../lambdas/domain/lake/lake-delivery.ts';
import { readRecords } from '../../../lambdas/domain/records/read-records.ts';
import { recordRows } from '../../../lambdas/lake/kept-lines.ts';
import { textLines } from '../../../lambdas/runtime/text-lines.ts';

const LIMITS = { maxFileBytes: 1_000_000, maxRejectedShare: 1 };
const DELIVERY = lakeDelivery('news/mine/2025-03-07.incremental', '1');

async function* bodyOf(records: readonly object[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
const point = (series: string, date: string, value: string) => ({ series, provider: 'mine', date, value });
const article = (id: string, headline: string) => ({
  ticker: 'AAPL',
  provider: 'mine',
  id,
  published: '2025-03-07T12:00:00Z',
  headline,
  polarity: '0',
  subjectivity: '0',
  finance: '0',
});

test('any text of a record comes back from what ingest kept', async () => {
  const odd = fc.string({
    unit: fc.constantFrom('a', 'é', '😀', ' ', '"', '\\', ',', '\u2028', '\u2029', '\u0085', '\v'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(odd, { maxLength: 20 }), async (texts) => {
      const headlines = texts.map((text) => `x${text}x`);
      const read = await readRecords(bodyOf(headlines.map((text, i) => article(`${i}`, text))), news, LIMITS);
      const found: unknown[] = [];
      for await (const rows of recordRows(read.accepted, DELIVERY)) found.push(...rows.map((row) => row['headline']));
      expect(found).toEqual(headlines);
    }),
  );
});

test('any lines come back, whole or in pieces, packed or not, with either line break', async () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\u2028', ',') }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom('\n', '\r\n'), async (lines, end) => {
      const found: string[] = [];
      for await (const line of textLines(Buffer.from(lines.map((line) => `${line}${end}`).join('')))) found.push(line);
      expect(found).toEqual(lines);
    }),
  );
});

test('one record of each key: the same again counts once, another is asked about', async () => {
  const lines = [
    point('UNRATE', '2025-02-01', '4.1'),
    point('UNRATE', '2025-02-01', '4.1'),
    point('UNRATE', '2025-03-01', '4.1'),
    point('UNRATE', '2025-02-01', '9'),
  ];
  const { rows, problems, quarantine } = await readRecords(bodyOf(lines), macro, LIMITS);
  expect(rows).toMatchObject({ read: 3, accepted: 2, quarantined: 1, withoutContent: 1 });
  expect(problems).toMatchObject([
    { line: 4, expected: 'one record of each series, provider, date, like that in line 1: which one is right?' },
  ]);
  expect(gunzipSync(quarantine as Uint8Array).toString()).toContain('"9"');
});
