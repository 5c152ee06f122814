import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeliveryEvent } from '../contracts/delivery-event.ts';

export type DeliveriesQueue = ReturnType<typeof deliveriesQueue>;

/** The queue that feeds ingest: what S3 tells, and what operators order. */
export function deliveriesQueue(client: SQSClient, queueUrl: string) {
  return {
    /** May be repeated: ingest knows what it has done. */
    async send(event: DeliveryEvent): Promise<void> {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(event) }));
    },
  };
}
