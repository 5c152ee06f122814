import { hash } from 'node:crypto';
import { Annotations, Duration, TimeZone } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { type CalendarOverrides, calendarOverrides } from '../lambdas/contracts/calendar-overrides.ts';
import { Env } from '../lambdas/contracts/environment.ts';
import {
  checkFeedSchedules,
  type FeedSchedule,
  feedDimension,
  type NewFeedSchedule,
  nameOfFeed,
} from '../lambdas/contracts/feed-schedules.ts';
import { fileDueMessage } from '../lambdas/contracts/file-due.ts';
import { CALENDARS, isCovered } from '../lambdas/domain/calendar/sessions.ts';
import { AppAlarm } from './constructs/alarm.ts';
import { type AppFunction, METRICS_NAMESPACE } from './constructs/function.ts';
import type { Drop } from './drop.ts';

/** A late file is looked for every 15 minutes until it comes, or the next one is due. */
const EVERY_MINUTES = 15;

export interface FeedsProps {
  readonly drop: Drop;
  /** When the files of feeds are due. */
  readonly feeds: readonly NewFeedSchedule[];
  /** Holidays and sessions that are not in the calendar of the code. */
  readonly calendarOverrides: CalendarOverrides;
}

/** Expects the file of each feed: ingest is asked when it is due, and an alarm rings while it is late. */
export class Feeds extends Construct {
  /** For each feed, 1 while its file is late. */
  readonly late: Metric[] = [];
  readonly #schedules: readonly FeedSchedule[];
  readonly #given: readonly NewFeedSchedule[];
  readonly #overrides: CalendarOverrides;

  constructor(scope: Construct, id: string, { drop, feeds, calendarOverrides: overrides }: FeedsProps) {
    super(scope, id);
    this.#given = feeds;
    this.#schedules = checkFeedSchedules(feeds);
    this.#overrides = calendarOverrides.parse(overrides);
    for (const schedule of this.#schedules) this.#expect(schedule, drop);
    this.#warnOfCalendar();
  }

  /** After the last known year every weekday would be a session, and a holiday would ring. */
  #warnOfCalendar(): void {
    const soon = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
    for (const exchange of new Set(this.#schedules.map((one) => one.exchange))) {
      const known = Object.keys(this.#overrides[exchange] ?? {}).some((date) => date.slice(0, 4) === soon.slice(0, 4));
      if (!known && !isCovered(CALENDARS[exchange], soon, soon))
        Annotations.of(this).addWarningV2(
          `closing-bell:calendar-${exchange}`,
          `The holidays of ${exchange} in ${soon.slice(0, 4)} are not known: add them to calendarOverrides, or a holiday rings as a late file.`,
        );
    }
  }

  /** Tells a function when files are due. */
  tell(target: AppFunction): void {
    // Without what is the default: an environment has 4 KB.
    target.setEnvironment(Env.feedSchedules, JSON.stringify(this.#given));
    target.setEnvironment(Env.calendarOverrides, JSON.stringify(this.#overrides));
  }

  #expect(schedule: FeedSchedule, { deliveries }: Drop): void {
    const { feed, due, exchange } = schedule;
    const name = nameOfFeed(feed);
    // Different feeds have different ids, whatever signs they have.
    const id = `${feed.replaceAll(/\W/g, '-')}${hash('sha256', feed).slice(0, 6)}`;
    const minute = Number(due.slice(3));
    const minutes = Array.from({ length: 60 / EVERY_MINUTES }, (_, i) => (minute % EVERY_MINUTES) + i * EVERY_MINUTES);
    new Schedule(this, `Due-${id}`, {
      description: `Looks whether the file of ${name} arrived`,
      // Always: a file that is late on Friday is late on Saturday, and the calendar knows the sessions.
      schedule: ScheduleExpression.cron({
        minute: minutes.join(','),
        timeZone: TimeZone.of(CALENDARS[exchange].timeZone),
      }),
      target: new SqsSendMessage(deliveries.queue, {
        input: ScheduleTargetInput.fromObject(fileDueMessage(schedule, this.#overrides)),
        deadLetterQueue: deliveries.deadLetters,
      }),
    });
    const metric = new Metric({
      namespace: METRICS_NAMESPACE,
      metricName: 'FilesLate',
      dimensionsMap: { service: 'ingest', feed: feedDimension(feed) },
      statistic: 'Maximum',
      period: Duration.minutes(EVERY_MINUTES),
    });
    this.late.push(metric.with({ label: `late: ${name}` }));
    new AppAlarm(this, `Late-${id}`, {
      metric,
      threshold: 1,
      impact: `The file of ${name} that was due at ${due} (${exchange}) has not arrived: who follows its tickers gets no mail. The log line "file is late" says who waits. Runbook: feeds.`,
    });
  }
}
