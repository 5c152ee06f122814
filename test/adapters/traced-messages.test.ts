import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { sqsClient } from '../../lambdas/adapters/clients.ts';

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';

/** What a client would send. */
async function sentBy(send: (client: SQSClient) => Promise<unknown>): Promise<object> {
  let input = {};
  const client = sqsClient();
  client.middlewareStack.add(
    () => async (args) => {
      input = args.input;
      throw new Error('not sent');
    },
    { step: 'initialize', priority: 'low' },
  );
  await send(client).catch(() => undefined);
  return input;
}

const one = (client: SQSClient) => client.send(new SendMessageCommand({ QueueUrl: 'https://q', MessageBody: 'x' }));
const batch = (client: SQSClient) =>
  client.send(new SendMessageBatchCommand({ QueueUrl: 'https://q', Entries: [{ Id: '1', MessageBody: 'x' }] }));
const header = { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: TRACE } } };

afterEach(() => {
  delete process.env['_X_AMZN_TRACE_ID'];
});

test('messages carry the trace of the invocation that sends them', async () => {
  process.env['_X_AMZN_TRACE_ID'] = TRACE;
  expect(await sentBy(one)).toMatchObject({ MessageBody: 'x', ...header });
  expect(await sentBy(batch)).toMatchObject({ Entries: [{ Id: '1', ...header }] });
});

test('without a trace a message has no header', async () => {
  expect(JSON.stringify([await sentBy(one), await sentBy(batch)])).not.toContain('AWSTraceHeader');
});
