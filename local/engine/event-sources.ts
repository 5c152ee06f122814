import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { LocalFunction } from './functions.ts';
import { ACCOUNT, REGION, type Resolve } from './intrinsics.ts';
import { resourcesOf, type Template } from './template.ts';

const properties = z.object({
  BatchSize: z.int().default(10),
  EventSourceArn: z.string(),
  FunctionName: z.object({ Ref: z.string() }),
  ScalingConfig: z.object({ MaximumConcurrency: z.int() }).optional(),
});
const response = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) }).optional();

/** Messages of a crashed function are retried after this many seconds, times the number of receives. */
const RETRY_SECONDS = 2;
const PAUSE_AFTER_ERROR_MS = 500;

type Polling = { stop(): Promise<void> };

/** Reads a queue and invokes its function, once started. */
export type QueueReader = { queueUrl: string; start(): Polling };

/** One reader for each event source mapping of a template. @throws Error if a mapping names no function */
export function queueReaders(
  template: Template,
  resolve: Resolve,
  functions: Map<string, LocalFunction>,
  sqs: SQSClient,
  queueUrlOf: (arn: string) => string,
): QueueReader[] {
  return resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([logicalId, resource]) => {
    const { FunctionName, ...rest } = resource.Properties;
    const mapping = properties.parse({ ...(resolve(rest) as object), FunctionName });
    const { EventSourceArn: queueArn, BatchSize: batchSize, ScalingConfig } = mapping;
    const target = functions.get(mapping.FunctionName.Ref);
    if (!target) throw new Error(`${logicalId} maps a queue to ${mapping.FunctionName.Ref}, which is not a function.`);
    const concurrency = ScalingConfig?.MaximumConcurrency ?? 2;
    return {
      queueUrl: queueUrlOf(queueArn),
      start: () => startPolling(sqs, queueUrlOf(queueArn), queueArn, target, { batchSize, concurrency }),
    };
  });
}

function startPolling(
  sqs: SQSClient,
  queueUrl: string,
  queueArn: string,
  target: LocalFunction,
  { batchSize, concurrency }: { batchSize: number; concurrency: number },
): Polling {
  const stopping = new AbortController();

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: batchSize,
            WaitTimeSeconds: 20,
            MessageSystemAttributeNames: ['All'],
          }),
          { abortSignal: stopping.signal },
        );
        if (Messages.length === 0) continue;
        await handle(sqs, queueUrl, queueArn, target, Messages);
      } catch {
        // The emulator was busy or is stopping. A received message is still in the queue.
        if (!stopping.signal.aborted) await sleep(PAUSE_AFTER_ERROR_MS);
      }
    }
  }
  const polls = Array.from({ length: concurrency }, poll);
  return {
    async stop() {
      stopping.abort();
      await Promise.allSettled(polls);
    },
  };
}

async function handle(
  sqs: SQSClient,
  queueUrl: string,
  queueArn: string,
  target: LocalFunction,
  messages: Message[],
): Promise<void> {
  try {
    const failed = await invoke(target, queueArn, messages);
    const Entries = messages
      .filter(({ MessageId }) => !failed.has(MessageId))
      .map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  } catch {
    // The function crashed. On AWS its messages stay hidden for their visibility timeout.
    const Entries = messages.map(({ MessageId: Id, ReceiptHandle, Attributes }) => ({
      Id,
      ReceiptHandle,
      VisibilityTimeout: RETRY_SECONDS * Number(Attributes?.ApproximateReceiveCount ?? 1),
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

/** Invokes a function with an SQS event. @returns ids of the messages that failed */
async function invoke(target: LocalFunction, queueArn: string, messages: Message[]): Promise<Set<string | undefined>> {
  const Records = messages.map(({ MessageId, ReceiptHandle, Body, Attributes, MD5OfBody }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  }));
  const answer = response.parse((await target.invoke({ Records })) ?? undefined);
  return new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}

/** The URL of a queue, from its ARN. */
export const queueUrlAt = (sqsUrl: string) => (arn: string) => `${sqsUrl}/${ACCOUNT}/${arn.split(':').at(-1)}`;
