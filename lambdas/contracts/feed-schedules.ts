import * as z from 'zod';
import { feedProblem } from './delivery-id.ts';
import { redact } from './redact.ts';

/** When the file of a feed is due: on each session of its exchange, and which file that is. */
export const feedSchedule = z.strictObject({
  /** Folder in the drop bucket; empty for the top level. */
  feed: z.string().refine((feed) => feed === '' || !feedProblem(feed), 'expected the folder of a feed'),
  exchange: z.enum(['NYSE', 'NSE']).default('NYSE'),
  /** Time of day at the exchange, HH:MM. */
  due: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day like 18:00'),
  /** True if it is due on the calendar day after the session. */
  nextDay: z.boolean().default(false),
});
/** As a stage names it: what has a default may be left out. */
export type NewFeedSchedule = z.input<typeof feedSchedule>;
export type FeedSchedule = z.infer<typeof feedSchedule>;

/** A feed in texts. */
export const nameOfFeed = (feed: string): string => feed || 'the top level';

/** A feed as a dimension of metrics: ASCII only, and without an address. An encoded feed has no space, so none is called `top level`. */
export const feedDimension = (feed: string): string => (feed ? encodeURIComponent(redact(feed)) : 'top level');

export const feedSchedules = z
  .array(feedSchedule)
  .refine((all) => new Set(all.map(({ feed }) => feed)).size === all.length, 'expected one schedule for each feed');

/**
 * Checks the schedules of a stage.
 * @throws Error with a line for each problem
 */
export function checkFeedSchedules(schedules: readonly NewFeedSchedule[]): FeedSchedule[] {
  const { success, data, error } = feedSchedules.safeParse(schedules);
  if (!success) throw new Error(`The schedules of the feeds are wrong:\n${z.prettifyError(error)}`);
  return data;
}
