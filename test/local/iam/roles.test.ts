import { createServer } from 'node:http';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientFor } from '../../../local/engine/client-options.ts';
import { type Listening, listen } from '../../../local/engine/listening.ts';
import { type Decision, startGate } from '../../../local/iam/gate.ts';
import { isAllowed, type Statement } from '../../../local/iam/roles.ts';

const allow = (Action: string, Resource: string, rest: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: [Action],
  Resource: [Resource],
  ...rest,
});
const BUCKET = 'arn:aws:s3:::drop';

test.each([
  ['the same names', [allow('s3:GetObject', `${BUCKET}/a`)], true],
  ['nothing', [], false],
  ['another action', [allow('s3:PutObject', `${BUCKET}/a`)], false],
  ['another resource', [allow('s3:GetObject', `${BUCKET}/b`)], false],
  ['a star for the rest', [allow('s3:Get*', `${BUCKET}/*`)], true],
  ['a star that is only a part', [allow('s3:GetObject', `${BUCKET}/*b`)], false],
  ['a question mark', [allow('s3:GetObject', 'arn:aws:s3:::dro?/a')], true],
  ['a dot, which stands for itself', [allow('s3:GetObject', 'arn:aws:s3:::dr.p/a')], false],
  ['a denial beside it', [allow('s3:*', '*'), allow('s3:GetObject', '*', { Effect: 'Deny' })], false],
  ['a condition that holds', [allow('s3:*', '*', { Condition: { StringEquals: { from: 'us' } } })], true],
  ['a condition that does not hold', [allow('s3:*', '*', { Condition: { StringEquals: { from: 'them' } } })], false],
])('IAM decides by %s', (_what, statements, expected) => {
  const access = { action: 's3:GetObject', resource: `${BUCKET}/a`, context: { from: 'us' } };
  expect(isAllowed(statements, access)).toBe(expected);
});

describe('a gate', () => {
  const decisions: Decision[] = [];
  let emulator: Listening;
  let gate: Listening;

  beforeAll(async () => {
    // It has the object a, and no other.
    const server = createServer(({ url = '' }, response) => {
      response.writeHead(url.startsWith('/drop/a') ? 200 : 404, { 'content-type': 'application/xml' });
      response.end(url.startsWith('/drop/a') ? 'content' : '<Error><Code>NoSuchKey</Code></Error>');
    });
    emulator = await listen(server, 0);
    const roles = new Map([
      ['reader', [allow('s3:GetObject', `${BUCKET}/*`)]],
      ['lister', [allow('s3:GetObject', `${BUCKET}/*`), allow('s3:ListBucket', BUCKET)]],
      ['nobody', []],
    ]);
    gate = await startGate('s3-sqs', emulator.url, { roles: () => roles, onDecision: (one) => decisions.push(one) });
  });
  afterAll(async () => {
    await gate.stop();
    await emulator.stop();
  });

  /** Reads an object with an access key. @returns its content, or the name of the error */
  async function read(accessKeyId: string, Key: string): Promise<string> {
    const credentials = { accessKeyId, secretAccessKey: 'local' };
    const client = new S3Client({ ...clientFor(gate.url), credentials, forcePathStyle: true });
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'drop', Key }));
      return (await Body?.transformToString()) ?? '';
    } catch (error) {
      return error instanceof Error ? error.name : '';
    } finally {
      client.destroy();
    }
  }

  test.each([
    ['a function whose role allows it', 'reader', 'a', 'content'],
    ['a function whose role does not', 'nobody', 'a', 'AccessDenied'],
    ['a person, who has no role here', 'local', 'a', 'content'],
    ['a function that may not list: a missing object looks forbidden', 'reader', 'b', 'AccessDenied'],
    ['a function that may list', 'lister', 'b', 'NoSuchKey'],
  ])('answers %s', async (_who, key, object, expected) => {
    expect(await read(key, object)).toBe(expected);
  });

  test('tells each decision about a function', () => {
    expect(new Set(decisions.map(({ caller, allowed }) => `${caller} ${allowed}`))).toEqual(
      new Set(['reader true', 'nobody false', 'reader false', 'lister true']),
    );
  });
});
