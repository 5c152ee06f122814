import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { SourceQueue, SourceQueueOptions } from '../adapters/source-queue.ts';
import { Env, type Environment } from '../contracts/environment.ts';

type Services = { logger: Logger; metrics: Metrics; source: SourceQueue };

/**
 * Not counted as a failure: another invocation works on the same delivery. The message is retried later. After its last receive it is
 * moved to the dead letters, which raises their alarm.
 */
export class RetryLater extends Error {}

/** A message that cannot be parsed: a retry does not help. */
class Unrecognized extends Error {}

/**
 * Handles each message of a batch on its own and returns the ids of those that failed, so that SQS retries only these. A message that
 * fails too often or cannot be parsed is moved to the dead letters with the reason. If the function crashes, SQS moves it without a
 * reason.
 * @param parse parses the body of a message, or throws
 */
export async function partialBatch<T>(
  { Records }: SQSEvent,
  { logger, metrics, source }: Services,
  parse: (body: unknown) => T,
  handle: (message: T) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, receiptHandle, body, attributes } of Records) {
    const receives = Number(attributes.ApproximateReceiveCount);
    try {
      await handle(parsed(body, parse));
    } catch (error) {
      reportFailure({ logger, metrics }, { sqsMessageId: messageId, receives, error });
      const isFinal = error instanceof Unrecognized || receives >= source.maxReceives;
      const moved =
        isFinal && (await attempt(logger, source.sendToDeadLetters({ body, receives, reason: String(error) })));
      if (moved) {
        logger.error('message moved to the dead letters', { sqsMessageId: messageId, receives });
        continue;
      }
      batchItemFailures.push({ itemIdentifier: messageId });
      await attempt(logger, source.retryLater({ receiptHandle, receives }));
    }
  }
  // Powertools warns if there are none.
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  else metrics.clearMetadata();
  return { batchItemFailures };
}

/** Waits for a call to SQS. @returns false if it failed: SQS then retries the message, or moves it to the dead letters itself */
const attempt = (logger: Logger, call: Promise<void>): Promise<boolean> =>
  call.then(
    () => true,
    (reason: unknown) => {
      logger.warn('call to SQS failed: SQS retries the message or moves it to the dead letters', { reason });
      return false;
    },
  );

function reportFailure(
  { logger, metrics }: Pick<Services, 'logger' | 'metrics'>,
  failure: { sqsMessageId: string; receives: number; error: unknown },
): void {
  if (failure.error instanceof RetryLater) {
    logger.info('message is retried later', failure);
    return;
  }
  logger.error('message failed', failure);
  metrics.addMetric('MessagesFailed', 'Count', 1);
}

function parsed<T>(body: SQSRecord['body'], parse: (body: unknown) => T): T {
  try {
    return parse(JSON.parse(body));
  } catch (error) {
    throw new Unrecognized(`Unrecognized message: ${error instanceof z.ZodError ? issuesOf(error) : error}`);
  }
}

/** The issues of a schema in one line: `detail.object: Invalid input; …`. */
const issuesOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.map(String).join('.') || 'message'}: ${message}`).join('; ');

/** The queue that feeds a function, as its environment describes it. */
export const sourceOptions = (env: Environment): SourceQueueOptions => ({
  queueUrl: env.text(Env.sourceQueueUrl),
  deadLettersUrl: env.text(Env.deadLettersUrl),
  maxReceives: env.number(Env.maxReceives),
  firstDelay: env.number(Env.retryAfter),
});
