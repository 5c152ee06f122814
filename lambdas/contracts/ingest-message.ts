import * as z from 'zod';
import { type DeliveryEvent, deliveryEvent } from './delivery-event.ts';
import { FILE_DUE, type FileDue, fileDue } from './file-due.ts';
import { SMOKE_TEST_DUE, type SmokeTestDue, smokeTestDue } from './smoke-test.ts';

/** Parses a message of the deliveries queue: a file, a command, or what a schedule sends. */
export const ingestMessage = (body: unknown): FileDue | SmokeTestDue | DeliveryEvent => {
  const { success, data } = z.union([fileDue, smokeTestDue]).safeParse(body);
  return success ? data : deliveryEvent.parse(body);
};
type IngestMessage = ReturnType<typeof ingestMessage>;

export const isFileDue = (message: IngestMessage): message is FileDue => isOf(message, FILE_DUE);
export const isSmokeTestDue = (message: IngestMessage): message is SmokeTestDue => isOf(message, SMOKE_TEST_DUE);

const isOf = (message: IngestMessage, type: string): boolean =>
  'detail-type' in message && message['detail-type'] === type;
