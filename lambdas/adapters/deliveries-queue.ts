import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type DeliveryCommand, messageOf } from '../contracts/delivery-event.ts';

export type DeliveriesQueue = ReturnType<typeof deliveriesQueue>;

/** The queue that feeds ingest: S3's events, and commands of operators. */
export function deliveriesQueue(client: SQSClient, queueUrl: string) {
  return {
    /** Sending a command twice is harmless. */
    async send(command: DeliveryCommand): Promise<void> {
      await client.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(messageOf(command)) }),
      );
    },
  };
}
