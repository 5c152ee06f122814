import * as z from 'zod';
import { calendarOverrides } from './calendar-overrides.ts';
import { type FeedSchedule, feedSchedule } from './feed-schedules.ts';

export const FILE_DUE = 'File Due';

export const fileDue = z.object({
  'detail-type': z.literal(FILE_DUE),
  detail: z.object({ schedule: feedSchedule, overrides: calendarOverrides }),
});
export type FileDue = z.infer<typeof fileDue>;

/** What a schedule sends when the file of a feed is due, and again while it may be late. */
export const fileDueMessage = (schedule: FeedSchedule, overrides: FileDue['detail']['overrides']): FileDue => ({
  'detail-type': FILE_DUE,
  detail: { schedule, overrides },
});
