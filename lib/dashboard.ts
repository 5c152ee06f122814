import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  Metric,
  PeriodOverride,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AppAlarm, AppCause } from './constructs/alarm.ts';
import { AppFunction, appMetric } from './constructs/function.ts';
import { AppQueue } from './constructs/queue.ts';
import type { Feeds } from './feeds.ts';

const DAY = Duration.days(1);
const WIDE = 24;
const HALF = 12;

const WORDS = `# Did everybody get today's mail?

1. **late** (of each feed) is 0, and **files applied** is the number of feeds: the files are here. Else: runbook, *feeds* (late) or *ingest* (rejected, held).
2. **mails sent** rose after the last file, **mails refused** and **failed tries** are 0. Else: runbook, *fan-out*. Nothing sent and nothing failed: fan-out may not start, see its errors below, and runbook, *waiting*.
3. **Seconds from the upload to the mail** is below 600 at p99: nobody waited. Else: runbook, *waiting*. **smoke test** is empty: runbook, *smoke-test*.

Who got no mail of a delivery, and why: the page Deliveries, "Mails about it". One delivery in the log: the saved query *what happened to a delivery*.`;

const numbers = (title: string, width: number, metrics: Metric[]): IWidget =>
  new SingleValueWidget({ title, width, height: 4, metrics });

/** What an engineer on call sees first. It shows every function and queue of the stack, so it is made last. */
export class Dashboard extends Construct {
  readonly #functions: readonly AppFunction[];
  readonly #queues: readonly AppQueue[];

  constructor(scope: Construct, id: string, { feeds }: { readonly feeds: Feeds }) {
    super(scope, id);
    const all = Stack.of(this).node.findAll();
    this.#functions = all.filter((one) => one instanceof AppFunction);
    this.#queues = all.filter((one) => one instanceof AppQueue);
    new CloudWatchDashboard(this, 'Today', {
      dashboardName: `${Stack.of(this).stackName}-today`,
      defaultInterval: Duration.days(1),
      // Numbers of a day are numbers of a day, whatever interval is chosen.
      periodOverride: PeriodOverride.INHERIT,
      widgets: [
        [new TextWidget({ markdown: WORDS, width: WIDE, height: 6 })],
        this.#answers(feeds),
        [
          new AlarmStatusWidget({
            title: 'What rings',
            alarms: all.flatMap((one) =>
              one instanceof AppCause || (one instanceof AppAlarm && one.rings) ? [one.alarm] : [],
            ),
            width: WIDE,
            height: 6,
          }),
        ],
        this.#flow(),
        this.#machines(),
        [this.#memory()],
      ],
    });
  }

  /** The numbers of the last day. */
  #answers(feeds: Feeds): IWidget[] {
    const total = (service: string, name: string, label: string) =>
      appMetric(service, name).with({ label, period: DAY, statistic: Stats.SUM });
    const wait = (statistic: string) =>
      appMetric('fan-out', 'SecondsToMail').with({ label: statistic, period: DAY, statistic });
    return [
      numbers('Files of the last day', 9, [
        // As it is now: 1 while late.
        ...feeds.late,
        total('ingest', 'DeliveriesApplied', 'files applied'),
        total('ingest', 'DeliveriesRejected', 'files rejected'),
        total('ingest', 'DeliveriesHeld', 'files held'),
        // Only where vendors mail.
        ...(this.#functions.some(({ capability }) => capability === 'receive')
          ? [total('receive', 'MailsReceived', 'by mail'), total('receive', 'MailsRefused', 'by mail, refused')]
          : []),
      ]),
      numbers('Mails of the last day', 9, [
        total('fan-out', 'DigestsSent', 'mails sent'),
        total('feedback', 'MailsDelivered', 'mails delivered'),
        total('fan-out', 'DigestsRefused', 'mails refused'),
        total('fan-out', 'DigestsNotSent', 'failed tries'),
      ]),
      numbers('Seconds from the upload to the mail', 6, [
        wait('p50'),
        wait('p99'),
        wait('Maximum'),
        appMetric('feedback', 'SmokeTestSeconds').with({ label: 'smoke test', period: DAY, statistic: Stats.MAXIMUM }),
      ]),
    ];
  }

  #flow(): IWidget[] {
    return [
      new GraphWidget({
        title: 'Rows and mails',
        width: HALF,
        left: [appMetric('ingest', 'RowsAccepted'), appMetric('ingest', 'RowsQuarantined')],
        right: [appMetric('fan-out', 'DigestsSent'), appMetric('fan-out', 'ChartsDrawn')],
      }),
      new GraphWidget({
        title: 'Oldest message of each queue (seconds)',
        width: HALF,
        left: this.#queues.map(({ queue, node }) =>
          queue.metricApproximateAgeOfOldestMessage({ label: node.id, period: Duration.minutes(5) }),
        ),
      }),
      new GraphWidget({
        title: 'Dead letters',
        width: HALF,
        left: this.#queues.map(({ deadLetters, node }) =>
          deadLetters.metricApproximateNumberOfMessagesVisible({ label: node.id, period: Duration.minutes(5) }),
        ),
      }),
      new GraphWidget({
        title: 'Bounces and complaints (share of all mail of the account)',
        width: HALF,
        left: ['BounceRate', 'ComplaintRate'].map(
          (name) => new Metric({ namespace: 'AWS/SES', metricName: `Reputation.${name}`, period: Duration.hours(1) }),
        ),
      }),
    ];
  }

  #machines(): IWidget[] {
    const of = (metric: (one: AppFunction) => Metric) => this.#functions.map(metric);
    const options = (one: AppFunction) => ({ label: one.node.id, period: Duration.minutes(5) });
    return [
      new GraphWidget({
        title: 'Errors and throttles of functions',
        width: HALF,
        left: of((one) => one.function.metricErrors(options(one))),
        right: of((one) => one.function.metricThrottles(options(one))),
      }),
      new GraphWidget({
        title: 'Longest run of functions (ms)',
        width: HALF,
        left: of((one) => one.function.metricDuration({ ...options(one), statistic: Stats.MAXIMUM })),
      }),
    ];
  }

  /** The high-water mark of memory: Lambda has no metric of it, but a log line. */
  #memory(): IWidget {
    return new LogQueryWidget({
      title: 'Memory: the most that each function used, of what it has (MB)',
      width: WIDE,
      view: LogQueryVisualizationType.TABLE,
      logGroupNames: this.#functions.map(({ logGroup }) => logGroup.logGroupName),
      queryLines: [
        'filter type = "platform.report"',
        'stats max(record.metrics.maxMemoryUsedMB) as used, max(record.metrics.memorySizeMB) as has by @log',
        'sort used desc',
      ],
    });
  }
}
