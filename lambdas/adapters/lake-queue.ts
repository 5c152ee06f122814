import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { lakeHintMessage } from '../contracts/lake-message.ts';

/** Most messages of one request. */
const BATCH = 10;

/** The queue that feeds the lake: S3's events about reports, and hints that the lake sends to itself. */
export function lakeQueue(client: SQSClient, queueUrl: string) {
  return {
    /** Asks to bring in the revisions of these reports. Asking twice is harmless. */
    async send(reportKeys: readonly string[]): Promise<void> {
      for (let at = 0; at < reportKeys.length; at += BATCH) {
        const Entries = reportKeys
          .slice(at, at + BATCH)
          .map((key, i) => ({ Id: String(i), MessageBody: JSON.stringify(lakeHintMessage(key)) }));
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} messages: ${Failed[0]?.Message ?? ''}`);
      }
    },
  };
}
