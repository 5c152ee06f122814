import * as z from 'zod';
import { calendarOverrides } from './calendar-overrides.ts';
import { deliveryEvent } from './delivery-event.ts';
import { type FeedSchedule, feedSchedule } from './feed-schedules.ts';

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

/** Parses a message of the deliveries queue: a file, a command, or a file that is due. */
export const ingestMessage = (body: unknown): FileDue | ReturnType<typeof deliveryEvent.parse> => {
  const { success, data } = fileDue.safeParse(body);
  return success ? data : deliveryEvent.parse(body);
};

export const isFileDue = (message: ReturnType<typeof ingestMessage>): message is FileDue => 'detail-type' in message;
