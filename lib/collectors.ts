import { CfnOutput, Duration, TimeZone, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { factsOf, type NewCollectRequest } from '../lambdas/contracts/collect.ts';
import { type Collector, collectorName, plannedOf, scheduleOf } from '../lambdas/contracts/collectors.ts';
import { Env } from '../lambdas/contracts/environment.ts';
import { AppAlarm } from './constructs/alarm.ts';
import { withDataKey } from './constructs/data-key.ts';
import { AppFunction, METRICS_NAMESPACE } from './constructs/function.ts';
import { AppQueue } from './constructs/queue.ts';
import { AppTable } from './constructs/table.ts';
import type { Drop } from './drop.ts';
import type { Ingest } from './ingest.ts';
import type { Prices } from './prices.ts';

export interface CollectorsProps {
  readonly drop: Drop;
  readonly ingest: Ingest;
  readonly prices: Prices;
  /** What runs by schedule; any other run can be started by hand. */
  readonly collectors: readonly Collector[];
  /** Address of a recorded vendor that answers instead of all APIs; undefined on AWS. */
  readonly vendorsUrl?: string | undefined;
}

/** Collectors are vendors that we run ourselves: they ask market-data APIs, and drop files. */
export class Collectors extends Construct {
  readonly #queue: AppQueue;
  readonly #runs: AppTable;
  readonly #collect: AppFunction;
  readonly #collectors: readonly Collector[];

  constructor(scope: Construct, id: string, { drop, ingest, prices, collectors, vendorsUrl }: CollectorsProps) {
    super(scope, id);
    this.#collectors = collectors;
    this.#queue = new AppQueue(this, 'Planned', {
      impact:
        'A run of a collector failed after ten tries: its closes or records of that day are missing. Runbook: collect.',
      // Runs of one provider wait for its pace, some for hours.
      waiting: {
        atMost: Duration.hours(6),
        impact:
          'A run of a collector has been waiting for 6 hours: today’s closes or records are late. Runbook: waiting.',
      },
    });
    this.#runs = new AppTable(this, 'Runs', { partitionKey: 'provider', sortKey: 'run', timeToLive: 'expiresAt' });
    const keys = new Secret(this, 'ApiKeys', {
      description: 'Keys of market-data APIs: a JSON object like {"polygon": "…"}',
      // An engineer adds the keys: none is in the template.
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'unused' },
      ...withDataKey(this),
    });
    Validations.of(keys).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'The providers give the keys; they are rotated by hand, see the runbook.',
    });
    new CfnOutput(this, 'ApiKeysSecret', { value: keys.secretArn, description: 'Keys of market-data APIs go here' });
    this.#collect = new AppFunction(this, 'Collect', {
      capability: 'collect',
      failures: 'MessagesFailed',
      description: 'Asks market-data APIs, and drops files like a vendor',
      timeout: Duration.minutes(15),
      memorySize: 1024,
      // A run that takes longer than an invocation is handed on.
      feedsItself: true,
      impact: 'Collectors fail or time out: closes and records of today are missing or late. Runbook: collect.',
    });
    this.#queue.feed(this.#collect, { batchSize: 1 });
    this.#queue.grantSend(this.#collect, Env.collectQueueUrl);
    this.#runs.grant(this.#collect, Env.runsTable, 'GetItem', 'PutItem');
    this.#collect.setEnvironment(Env.apiKeysSecret, keys.secretArn);
    this.#collect.allow(['secretsmanager:GetSecretValue'], [keys.secretArn]);
    drop.grantCollect(this.#collect);
    ingest.grantRuns(this.#collect);
    prices.grantRead(this.#collect);
    if (vendorsUrl !== undefined) this.#collect.setEnvironment(Env.vendorsUrl, vendorsUrl);
    for (const collector of collectors) this.#add(collector);
  }

  /** Allows a function to show the runs, and to start one. */
  grantOperate(target: AppFunction): void {
    this.#runs.grant(target, Env.runsTable, 'Query', 'GetItem');
    this.#queue.grantSend(target, Env.collectQueueUrl);
    target.setEnvironment(Env.collectors, JSON.stringify(this.#collectors.map(plannedOf)));
  }

  #add(collector: Collector): void {
    const { provider, dataset, role = 'primary', subjects = [], settings } = collector;
    const name = collectorName(collector);
    const request: NewCollectRequest = {
      provider,
      dataset,
      role,
      at: ContextAttribute.scheduledTime,
      by: 'schedule',
      subjects: [...subjects],
      ...(settings && { settings }),
    };
    const [minute = '', hour = '', day = '', month = '', weekDay = ''] = scheduleOf(collector).split(' ');
    new Schedule(this, `At-${name}`, {
      description: `Collects ${dataset} from ${factsOf(provider).title}`,
      schedule: ScheduleExpression.cron({
        minute,
        hour,
        month,
        // One of the two must be open.
        ...(weekDay === '*' ? { day } : { weekDay }),
        timeZone: TimeZone.ETC_UTC,
      }),
      target: new SqsSendMessage(this.#queue.queue, {
        input: ScheduleTargetInput.fromObject(request),
        deadLetterQueue: this.#queue.deadLetters,
      }),
    });
    this.#addAlarms(collector, name);
  }

  /** What people miss is in the text of each alarm. */
  #addAlarms({ provider, dataset, subjects = [], role = 'primary' }: Collector, name: string): void {
    const { title } = factsOf(provider);
    const [first, ...others] = subjects;
    // Without subjects it collects the provider's own: series, press releases.
    const all = !first
      ? 'the default subjects'
      : others.length === 0
        ? first
        : `${first} and ${others.length} other${others.length > 1 ? 's' : ''}`;
    const some = others.length > 0 || !first ? `some of ${all}` : all;
    const what = dataset === 'prices' ? 'no close of today' : `no new ${dataset}`;
    const alarm = (id: string, metricName: string, threshold: number, impact: string) =>
      new AppAlarm(this, `${id}-${name}`, {
        metric: new Metric({
          namespace: METRICS_NAMESPACE,
          metricName,
          dimensionsMap: { service: 'collect', collector: name },
          statistic: 'Maximum',
          period: Duration.minutes(5),
        }),
        threshold,
        impact: `${impact} Runbook: collect.`,
      });
    if (role === 'check') {
      alarm(
        'Differing',
        'DifferingPercent',
        1,
        `${title} has other closes than those that are stored, for at least 1 % of them: one of the two is wrong.`,
      );
      return;
    }
    alarm('Missing', 'MissingPercent', 5, `No answer of ${title} about ${some}, at least 5 %: they have ${what}.`);
    alarm('Late', 'MinutesLate', 120, `The run of ${title} did not end within two hours: ${all} had ${what}.`);
    alarm(
      'Slow',
      'LatencyMs',
      5_000,
      `${title} takes 5 s or more for an answer: what it has about ${all} may be late.`,
    );
    alarm(
      'Rejected',
      'RejectedPercent',
      1,
      `${title} sends rows that cannot be read, at least 1 %, about ${some}: they have ${what}.`,
    );
  }
}
