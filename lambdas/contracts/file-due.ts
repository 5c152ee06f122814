import * as z from 'zod';
import { calendarOverrides } from './calendar-overrides.ts';
import { type DeliveryEvent, deliveryEvent } from './delivery-event.ts';
import { type FeedSchedule, feedSchedule } from './feed-schedules.ts';
import { SMOKE_TEST_DUE, type SmokeTestDue, smokeTestDue } from './smoke-test.ts';

const FILE_DUE = 'File Due';

const fileDue = z.object({
  'detail-type': z.literal(FILE_DUE),
  detail: z.object({ schedule: feedSchedule, overrides: calendarOverrides }),
});
export type FileDue = z.infer<typeof fileDue>;

/** What a schedule sends when the file of a feed is due, and again while it may be late. */
export const fileDueMessage = (schedule: FeedSchedule, overrides: FileDue['detail']['overrides']): FileDue => ({
  'detail-type': FILE_DUE,
  detail: { schedule, overrides },
});

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
