import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { SourceQueue } from './adapters/source-queue.ts';

type Surroundings = { logger: Logger; metrics: Metrics; source: SourceQueue };

/**
 * Handles each message of a batch by itself, one after the other, and names those that failed, so that SQS
 * brings back only them, soon at first. A message that keeps failing ends among the dead letters.
 */
export async function partialBatch(
  { Records }: SQSEvent,
  { logger, metrics, source }: Surroundings,
  handle: (body: unknown) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, receiptHandle, body, attributes } of Records) {
    const receives = Number(attributes.ApproximateReceiveCount);
    try {
      await handle(JSON.parse(body));
    } catch (error) {
      batchItemFailures.push({ itemIdentifier: messageId });
      logger.error('message failed', { messageId, receives, error });
      metrics.addMetric('MessagesFailed', 'Count', 1);
      await source
        .retryLater({ receiptHandle, receives })
        .catch((reason: unknown) => logger.warn('message comes back only after its visibility timeout', { reason }));
    }
  }
  metrics.publishStoredMetrics();
  return { batchItemFailures };
}
