import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { SourceQueue, SourceQueueOptions } from '../adapters/source-queue.ts';
import type { SOURCE_ENV } from '../contracts/environment.ts';

type Surroundings = { logger: Logger; metrics: Metrics; source: SourceQueue };

/** No failure: somebody else is at it, and the message is to come back. */
export class NotYet extends Error {}

/** A message that no retry will make readable. */
class Unreadable extends Error {}

/**
 * Handles each message of a batch by itself, one after the other, and names those that failed, so that SQS
 * brings back only them, soon at first. One that keeps failing, or can't be read at all, is put among the dead letters
 * with the reason; where the function dies instead, SQS puts it there without.
 * @param read gives the message of a parsed body, or throws
 */
export async function partialBatch<T>(
  { Records }: SQSEvent,
  { logger, metrics, source }: Surroundings,
  read: (body: unknown) => T,
  handle: (message: T) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, receiptHandle, body, attributes } of Records) {
    const receives = Number(attributes.ApproximateReceiveCount);
    try {
      await handle(readable(body, read));
    } catch (error) {
      tellFailure({ logger, metrics }, { messageId, receives, error });
      const isLost = error instanceof Unreadable || receives >= source.maxReceives;
      const tell = (reason: unknown) => logger.warn('message comes back only after its visibility timeout', { reason });
      const isBuried =
        isLost && (await source.bury({ body, receives, reason: String(error) }).catch(tell)) === 'buried';
      if (isBuried) continue;
      batchItemFailures.push({ itemIdentifier: messageId });
      await source.retryLater({ receiptHandle, receives }).catch(tell);
    }
  }
  metrics.publishStoredMetrics();
  return { batchItemFailures };
}

function tellFailure(
  { logger, metrics }: Pick<Surroundings, 'logger' | 'metrics'>,
  failure: { messageId: string; receives: number; error: unknown },
): void {
  if (failure.error instanceof NotYet) {
    logger.info('message waits', failure);
    return;
  }
  logger.error('message failed', failure);
  metrics.addMetric('MessagesFailed', 'Count', 1);
}

function readable<T>(body: SQSRecord['body'], read: (body: unknown) => T): T {
  try {
    return read(JSON.parse(body));
  } catch (error) {
    const found = error instanceof z.ZodError ? z.prettifyError(error) : error;
    throw new Unreadable(`No message of ours: ${found}`);
  }
}

/** What the environment says of the queue a function reads. */
export const sourceOf = (env: Record<(typeof SOURCE_ENV)[number], string>): SourceQueueOptions => ({
  queueUrl: env.SOURCE_QUEUE_URL,
  deadLettersUrl: env.DEAD_LETTERS_URL,
  maxReceives: Number(env.MAX_RECEIVES),
  firstDelay: Number(env.RETRY_AFTER_SECONDS),
});
