import { deliveryEvent } from '../../lambdas/contracts/delivery-event.ts';
import { deliveryOfKey, isRealDate } from '../../lambdas/contracts/delivery-id.ts';
import { parseSegmentKey } from '../../lambdas/contracts/keys.ts';
import { redact } from '../../lambdas/contracts/redact.ts';
import { mailAddress } from '../../lambdas/contracts/subscriber.ts';
import { isTicker } from '../../lambdas/contracts/ticker.ts';
import { firstCharacters, visible } from '../../lambdas/contracts/visible.ts';
import { verifyLink } from '../../lambdas/domain/links/link-token.ts';
import { quote } from '../../lambdas/domain/vendor-file/bad-file.ts';
import { csvRecord } from '../../lambdas/domain/vendor-file/csv-record.ts';
import { canonicalDecimal } from '../../lambdas/domain/vendor-file/decimal.ts';
import { fileNameId } from '../../lambdas/ingest/report.ts';
import { read } from '../support/deliveries.ts';

/**
 * Readers of foreign text take time in proportion to its length: ten times the text, at most twelve times the time. The ratio is
 * measured several times, since the machine may be busy.
 */

const TIMES = 12;
/** The first ratio within the limit counts: a busy machine can only make it larger. */
const MEASUREMENTS = 10;
const SIZES = [50_000, 500_000];
/** Half a million characters in this time are fast enough, whatever the ratio: caches matter. Quadratic time would be minutes. */
const AT_ONCE_MS = 100;
const attempt = <T>(run: () => T): T | undefined => {
  try {
    return run();
  } catch {
    return undefined;
  }
};

const repeat = (unit: string) => (length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
const TEXTS: [string, (length: number) => string][] = [
  ['zeros behind a point, and a one', (n) => `1.${'0'.repeat(n)}1`],
  ['zeros', repeat('0')],
  ['digits', repeat('1234567890')],
  ['dots', repeat('.')],
  ['a and @', repeat('a@')],
  ['letters', repeat('abc')],
  ['spaces', repeat(' ')],
  ['a space at each end', (n) => ` ${'x'.repeat(n)} `],
  ['spaces, and a letter', (n) => `${' '.repeat(n)}x`],
  ['slashes', repeat('a/')],
  ['dots and slashes', repeat('../')],
  ['quotes', repeat('"')],
  ['quotes, torn', repeat('"a"b')],
  ['quotes and spaces', repeat('"a"  ')],
  ['commas', repeat(',')],
  ['line ends', repeat('\r')],
  ['dashes', repeat('2020-01-')],
  ['words that look like keys', repeat('apikey=')],
  ['what looks like a token', repeat('eyJ.')],
  ['signs', repeat('=')],
  ['hash signs', repeat('2020#')],
  ['invisible characters', repeat('\u202e')],
];

const READERS: Record<string, (text: string) => unknown> = {
  canonicalDecimal,
  isTicker,
  isRealDate,
  visible,
  quote,
  redact,
  fileNameId,
  deliveryOfKey,
  firstCharacters: (text) => firstCharacters(text, text.length),
  csvRecord: (text) => csvRecord([text, 1]),
  parseSegmentKey: (text) => attempt(() => parseSegmentKey(text)),
  mailAddress: (text) => mailAddress.safeParse(text),
  verifyLink: (text) => verifyLink({ current: 'key' }, 'unsubscribe', text),
  deliveryEvent: (text) => deliveryEvent.safeParse({ time: text, detail: { object: { key: text, sequencer: text } } }),
};

async function fastest(run: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const started = performance.now();
    await run();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

async function grows(run: (text: string) => unknown, text: (length: number) => string): Promise<string | undefined> {
  let found = '';
  for (let tries = 0; tries < MEASUREMENTS; tries++) {
    const [small = 0, large = 0] = [
      await fastest(() => run(text(SIZES[0] ?? 0))),
      await fastest(() => run(text(SIZES[1] ?? 0))),
    ];
    if (large <= AT_ONCE_MS || large <= small * TIMES) return undefined;
    found = `${small.toFixed(1)} ms, ten times as much ${large.toFixed(1)} ms`;
  }
  return found;
}

test.each(Object.entries(READERS))(
  '%s',
  async (_name, run) => {
    for (const [what, text] of TEXTS) expect({ what, slow: await grows(run, text) }).toEqual({ what, slow: undefined });
  },
  120_000,
);

describe('a whole file', () => {
  const HEADER = 'ticker,close,date,action\n';
  test.each([
    ['one long field', (text: string) => `${HEADER}A,${text},2020-01-02,I\n`],
    ['one long ticker', (text: string) => `${HEADER}${text},1,2020-01-02,I\n`],
    ['one long date', (text: string) => `${HEADER}A,1,${text},I\n`],
    ['a long header', (text: string) => `ticker,close,date,action,${text}\nA,1,2020-01-02,I\n`],
  ])(
    '%s',
    async (_what, file) => {
      for (const [what, text] of TEXTS)
        expect({
          what,
          slow: await grows((long) => read(file(long), '2020-01-10.incremental'), text),
        }).toEqual({ what, slow: undefined });
    },
    240_000,
  );
});
