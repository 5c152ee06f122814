import { parseDeliveryId } from '../../lambdas/contracts/delivery-id.ts';
import { hashOf } from '../../lambdas/domain/delivery/manifest.ts';
import { readDelivery } from '../../lambdas/domain/vendor-file/read-delivery.ts';

/** Reads a generated file of a kind and size in its own process, and prints the result and the memory. */
const [kind = '', megabytes = '1'] = process.argv.slice(2);
const limit = Number(megabytes) * 1e6;
const BLOCK = 1 << 18;

const day = (i: number): string => new Date(Date.UTC(2001, 0, 1) + (i % 6_900) * 86_400_000).toISOString().slice(0, 10);
const digits = (i: number): string => String(1 + ((i * 7_919) % 899_999_999_999_999)).padStart(18, '1');

const ROWS: Record<string, (i: number) => string> = {
  'one row again and again': () => 'A,1,2020-01-02,I\n',
  'one update again and again': () => 'A,1,2020-01-02,U\n',
  'updates of many tickers and days': (i) => `T${i % 20_000},${i},${day(Math.floor(i / 20_000))},U\n`,
  'long bad tickers': (i) => `${i}Ā${'x'.repeat(9_900)} ,1,2020-01-02,I\n`,
  'long bad dates': (i) => `A,1,${i}${'9'.repeat(9_900)},I\n`,
  'long prices': (i) =>
    `T${i % 3_000},${[0, 1, 2, 3, 4].map((n) => `${digits(i + n)}.${digits(i * 3 + n)}`).join()},${day(Math.floor(i / 3_000))},I\n`,
  'many tickers and years': (i) => `T${i % 99_000},1,${2001 + (Math.floor(i / 99_000) % 12)}-01-02,I\n`,
  'a retirement and a row, in turns': (i) => (i % 2 ? 'A,,,D\n' : 'A,1,2020-01-02,I\n'),
};
const HEADERS: Record<string, string> = { 'long prices': 'ticker,close,open,high,low,volume,date,action\n' };

async function* text(): AsyncGenerator<Buffer> {
  const row = ROWS[kind];
  if (!row) throw new Error(`Expected one of ${Object.keys(ROWS).join(', ')}, found ${kind}.`);
  yield Buffer.from(HEADERS[kind] ?? 'ticker,close,date,action\n');
  let done = 0;
  for (let i = 0; done < limit; ) {
    let block = '';
    while (block.length < BLOCK) block += row(i++);
    done += block.length;
    yield Buffer.from(block);
  }
}

const delivery = parseDeliveryId('2020-01-10.incremental');
const { rows, rejection, packer } = await readDelivery(
  text(),
  delivery,
  { maxRejectedShare: 0.2, maxFileBytes: 1e9 },
  0,
);
let segments = 0;
let updates = 0;
if (!rejection) {
  for (const segment of packer.segments()) segments += hashOf(segment.rows).length > 0 ? 1 : 0;
  for (const { dates } of packer.updates()) updates += dates.length;
}
console.log(JSON.stringify({ rows, rejection, segments, updates, maxRssMb: process.resourceUsage().maxRSS / 1024 }));
