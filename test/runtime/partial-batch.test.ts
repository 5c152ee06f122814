import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import * as z from 'zod';
import { sourceQueue } from '../../lambdas/adapters/source-queue.ts';
import { partialBatch, RetryLater } from '../../lambdas/runtime/partial-batch.ts';

beforeAll(() => {
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
});

const SOURCE = { queueUrl: 'https://queue', deadLettersUrl: 'https://dead', maxReceives: 10, firstDelay: 30 };

function batch(...messages: { body: string; receives?: number }[]): SQSEvent {
  const Records = messages.map(({ body, receives = 1 }, i) => ({
    messageId: `m${i}`,
    receiptHandle: `r${i}`,
    body,
    attributes: { ApproximateReceiveCount: String(receives) },
  }));
  return { Records } as SQSEvent;
}

async function run(event: SQSEvent, handle: (message: { n: number }) => Promise<void>) {
  const sqs = mockClient(SQSClient);
  const logger = new Logger({ logLevel: 'SILENT' });
  const metrics = new Metrics({ namespace: 'test', logger });
  const source = sourceQueue(new SQSClient({}), SOURCE);
  const { batchItemFailures } = await partialBatch(
    event,
    { logger, metrics, source },
    z.object({ n: z.int() }).parse,
    handle,
  );
  return {
    failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    dead: sqs.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => input),
  };
}

const fails = () => Promise.reject(new TypeError('no such\u0000 thing'));

test('a failed message does not affect the others', async () => {
  const handled: number[] = [];
  const { failed, dead } = await run(
    batch({ body: '{"n":1}' }, { body: '{"n":2}' }, { body: '{"n":3}' }),
    async ({ n }) => {
      if (n === 2) throw new Error('two');
      handled.push(n);
    },
  );
  expect([handled, failed, dead]).toEqual([[1, 3], ['m1'], []]);
});

test('a message that fails too often is moved to the dead letters, unchanged, with the reason', async () => {
  const { failed, dead } = await run(batch({ body: '{"n":1}', receives: 10 }), fails);
  expect(failed).toEqual([]);
  expect(dead).toMatchObject([
    {
      QueueUrl: 'https://dead',
      MessageBody: '{"n":1}',
      MessageAttributes: { reason: { StringValue: 'TypeError: no such  thing' }, receives: { StringValue: '10' } },
    },
  ]);
});

test.each(['no JSON', '{"n":"one"}'])('a message that cannot be parsed is moved there at once: %s', async (body) => {
  const { failed, dead } = await run(batch({ body }), () => Promise.resolve());
  expect(failed).toEqual([]);
  expect(dead[0]?.MessageAttributes?.['reason']?.StringValue).toMatch(/^Error: Unrecognized message: /);
});

test('RetryLater is retried, and raises no alarm', async () => {
  const added = jest.spyOn(Metrics.prototype, 'addMetric');
  const { failed } = await run(batch({ body: '{"n":1}' }), () => Promise.reject(new RetryLater('busy')));
  expect([failed, added.mock.calls]).toEqual([['m0'], []]);
  added.mockRestore();
});

test('a message that cannot be moved stays in the queue', async () => {
  const sqs = mockClient(SQSClient);
  sqs.on(SendMessageCommand).rejects(new Error('no queue'));
  const source = sourceQueue(new SQSClient({}), SOURCE);
  const logger = new Logger({ logLevel: 'SILENT' });
  const metrics = new Metrics({ namespace: 'test', logger });
  const answer = await partialBatch(batch({ body: 'x' }), { logger, metrics, source }, z.never().parse, fails);
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
});
