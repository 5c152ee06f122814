import { BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { pricesTable } from '../../lambdas/adapters/prices-table.ts';
import { refreshedQueue } from '../../lambdas/adapters/refreshed-queue.ts';
import { sourceQueue } from '../../lambdas/adapters/source-queue.ts';

const BY = { delivery: '2020-01-01.history', revision: '01', knownAt: '2020-01-01T21:00:00.000Z' };

test('unprocessed items are written again, and only those', async () => {
  const written: string[] = [];
  let hold = 10;
  const dynamodb = mockClient(DynamoDBClient);
  dynamodb.on(BatchWriteItemCommand).callsFake(({ RequestItems }: { RequestItems: { prices: WriteRequest[] } }) => {
    const back = RequestItems.prices.splice(0, hold);
    hold = Math.floor(hold / 2);
    written.push(...RequestItems.prices.map(({ PutRequest }) => PutRequest?.Item?.['ticker']?.S ?? ''));
    return { UnprocessedItems: back.length > 0 ? { prices: back } : {} };
  });
  const tickers = Array.from({ length: 25 }, (_, i) => `T${i}`);
  await pricesTable(new DynamoDBClient({}), 'prices').writeSegments(
    BY,
    tickers.map((ticker) => ({ ticker, year: '2020', rows: '0101 1' })),
  );
  expect(written.sort()).toEqual(tickers.sort());
});

test('a batch that DynamoDB throttles as a whole is written again', async () => {
  const dynamodb = mockClient(DynamoDBClient);
  const throttled = Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' });
  dynamodb.on(BatchWriteItemCommand).rejectsOnce(throttled).resolves({});
  await pricesTable(new DynamoDBClient({}), 'prices').writeSegments(BY, [
    { ticker: 'T', year: '2020', rows: '0101 1' },
  ]);
  expect(dynamodb.commandCalls(BatchWriteItemCommand)).toHaveLength(2);
});

const SOURCE = { queueUrl: 'https://queue', deadLettersUrl: 'https://dead', maxReceives: 10, firstDelay: 30 };

test.each([
  [1, 30],
  [2, 60],
  [5, 480],
  [9, 900],
])('a message received %i times is retried after %i seconds', async (receives, seconds) => {
  const sqs = mockClient(SQSClient);
  await sourceQueue(new SQSClient({}), SOURCE).retryLater({ receiptHandle: 'h', receives });
  expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toEqual({
    QueueUrl: 'https://queue',
    ReceiptHandle: 'h',
    VisibilityTimeout: seconds,
  });
});

test('messages that SQS did not accept are an error', async () => {
  mockClient(SQSClient)
    .on(SendMessageBatchCommand)
    .resolves({ Failed: [{ Id: '1', Code: 'Throttled', Message: 'slow down', SenderFault: false }] });
  const message = {
    delivery: 'd',
    revision: 'r',
    knownAt: '2020-01-01T21:00:00.000Z',
    changes: 'c',
    hop: 0,
  };
  await expect(refreshedQueue(new SQSClient({}), 'https://queue').send([message, message])).rejects.toThrow(
    'SQS accepted 1 of 2 messages: slow down',
  );
});
