import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { recordKeys } from '../../lambdas/contracts/keys.ts';
import { redact } from '../../lambdas/contracts/redact.ts';
import { isTicker } from '../../lambdas/contracts/ticker.ts';
import { firstCharacters } from '../../lambdas/contracts/visible.ts';
import { isTemporaryName } from '../../lambdas/domain/delivery/file-name.ts';
import { fileNameId } from '../../lambdas/ingest/report.ts';
import { drop, dropAndIngest, ingest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

/** Text from outside: how it is redacted and shortened before it is logged and stored. */

const FILE = 'ticker,close,date,action\nAAPL,101,2020-01-10,I\n';

/** Texts of SES and others, and their redacted form. */
const SENTENCES: [string, string][] = [
  [
    'MessageRejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: ada@example.com',
    'MessageRejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: [address]',
  ],
  [
    'Email address is not verified. The following identities failed the check in region US-EAST-1: Ada Lovelace <ada.l+bell@mail.example.co.uk>, arn:aws:ses:us-east-1:1:identity/x',
    'Email address is not verified. The following identities failed the check in region US-EAST-1: Ada Lovelace <[address]>, arn:aws:ses:us-east-1:1:identity/x',
  ],
  [
    'smtp; 550 5.1.1 <ada@example.com>: Recipient address rejected',
    'smtp; 550 5.1.1 <[address]>: Recipient address rejected',
  ],
  [
    '550-5.1.1 The email account ada@example.com does not exist',
    '550-5.1.1 The email account [address] does not exist',
  ],
  ['smtp; 554 rfc822;müller@bücher.example', 'smtp; 554 rfc822;[address]'],
  [
    'User: arn:aws:iam::1:user/x is not authorized, key AKIAIOSFODNN7EXAMPLE',
    'User: arn:aws:iam::1:user/x is not authorized, key [key]',
  ],
  ['GET /v1?symbol=AAPL&apikey=abc123&x=1 failed', 'GET /v1?symbol=AAPL&apikey=[redacted]&x=1 failed'],
  ['authorization: Bearer eyJhbGciOiJI.eyJzdWIiOiIx.c2ln', 'authorization: Bearer [token]'],
  ["{ password: 'hunter2', user: 'x' }", "{ password: '[redacted]', user: 'x' }"],
  ['aws_secret_access_key=wJalr/x+1', 'aws_secret_access_key=[redacted]'],
  ['{"SecretAccessKey":"wJalr","x":1}', '{"SecretAccessKey":"[redacted]","x":1}'],
  ['https://x.example/cb#access_token=abc&x=1', 'https://x.example/cb#access_token=[redacted]&x=1'],
  [
    '(token=abc) [token=abc] spring.datasource.password=abc',
    '(token=[redacted]) [token=[redacted]] spring.datasource.password=[redacted]',
  ],
  ['password="two words" x', 'password="[redacted]" x'],
  ['token%3Dabc123', 'token%3D[redacted]'],
  ["from o'brien@example.com and a=b@example.com", 'from [address] and [address]'],
  ['bounce+ada=example.com@list.example.org', '[address]'],
  ['"ada lovelace"@example.com, ada%40example.com', '[address], [address]'],
  [`${'x'.repeat(70)}@example.com`, '[address]'],
  ['token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_x is old', 'token [token] is old'],
  ['/unsubscribe?token=s.abc failed', '/unsubscribe?token=[redacted] failed'],
];

test.each(SENTENCES)('%s', (text, clean) => {
  expect(redact(text)).toBe(clean);
  expect(redact(clean)).toBe(clean);
});

test.each([
  '2020-01-10.incremental line 3, column "close": expected a positive decimal like 101.25, found "1e5" (arn:aws:s3:::b/k)',
  'prices@reuters/2020-01-10.incremental was rejected',
  'Expected a segment key like 2020#2020-01-10.incremental, found "2020#2020-01-10.incremental@0055AE".',
  'basic authentication is disabled for this user',
  'at hono@4.13.19/x.js:12, a bearer of news',
  'Expected a token with the scope closing-bell/subscriptions.',
])('text without a secret is not changed: %s', (text) => {
  expect(redact(text)).toBe(text);
});

test('no log line and no record contains an address, whatever SES answers', async () => {
  for (const status of ['refused', 'not-sent', 'unknown', 'throttled'] as const) {
    const world = new MemoryWorld();
    world.subscribers.push(aSubscriber());
    world.answers.set('ada@example.com', { status, reason: SENTENCES[0]?.[0] ?? '' });
    const lines: string[] = [];
    const warn = (message: string, details: object) => void lines.push(JSON.stringify({ message, ...details }));
    await dropAndIngest(world, '2020-01-10_incremental.csv', FILE);
    await sendAll(world, { ...world.ports(), warn }).catch(() => undefined);
    expect(lines.join('\n')).not.toContain('ada@example.com');
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify([...world.ledger.values()])).not.toContain('ada@example.com');
  }
});

test('shortening never splits a surrogate pair', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.nat(32), (text, max) => {
      const cut = firstCharacters(text, max);
      expect(text.startsWith(cut)).toBe(true);
      expect([...cut]).toHaveLength(Math.min(max, [...text].length));
      if (text.isWellFormed()) expect(cut.isWellFormed()).toBe(true);
    }),
  );
});

/** Any key that S3 allows: 1,024 bytes of UTF-8. */
const s3Key = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '../',
        './',
        '/',
        '🚀',
        '\u{10FFFF}',
        '\u202e',
        '\u0000',
        '#',
        '@',
        '%',
        '.csv',
        '2020-01-10_history',
        'é',
        "'",
        '"',
        '<',
        '\\',
      ),
      fc.string({ unit: 'grapheme-composite', maxLength: 40 }),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((parts) => {
    let key = parts.join('').toWellFormed();
    while (Buffer.byteLength(key) > 1_000) key = [...key].slice(0, -10).join('');
    return `${key}.csv`;
  });

/** Keys with a profile of the highest version. */
const keysOf = ({ checks, ...keys }: ReturnType<typeof recordKeys>): string[] => [
  ...Object.values(keys),
  checks(999_999),
];

test('a file with any name gets a record that every store accepts', async () => {
  await fc.assert(
    fc.asyncProperty(s3Key, async (key) => {
      const world = new MemoryWorld();
      const { status } = await ingest(world, drop(world, key, 'nothing', '2020-01-10T21:00:00Z'));
      if (isTemporaryName(key)) return expect([status, world.deliveries.size]).toEqual(['temporary', 0]);
      const [record] = world.deliveries.values();
      expect([status, record?.state]).toEqual(['rejected', 'rejected']);
      const id = record?.delivery ?? '';
      expect(id.isWellFormed()).toBe(true);
      expect(Buffer.byteLength(id)).toBeLessThanOrEqual(2_048);
      expect(() => marshall(record, { removeUndefinedValues: true })).not.toThrow();
      for (const stored of [...world.records.keys(), ...keysOf(recordKeys(id, 'F'.repeat(45)))]) {
        expect(Buffer.byteLength(stored)).toBeLessThanOrEqual(1_024);
        expect(stored.split('/').filter((part) => part === '.' || part === '..')).toEqual([]);
      }
    }),
    { numRuns: 400 },
  );
});

test('two long keys with the same beginning have different ids', () => {
  const long = '🚀'.repeat(250);
  expect(fileNameId(`${long}a.csv`)).not.toBe(fileNameId(`${long}b.csv`));
});

test.each([
  ['.', false],
  ['..', false],
  ['...', true],
  ['.A', true],
  ['A', true],
])('%s is a ticker: %s', (ticker, expected) => {
  expect(isTicker(ticker)).toBe(expected);
});
