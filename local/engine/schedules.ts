import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Cron } from 'croner';
import * as z from 'zod';
import { ACCOUNT, REGION, type Resolve } from './intrinsics.ts';
import { resourcesOf, type Template } from './template.ts';

const rule = z.object({ ScheduleExpression: z.string(), Targets: z.array(z.object({ Arn: z.string() })) });
const schedule = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  Target: z.object({ Arn: z.string(), Input: z.string() }),
});
const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Sends the messages of a schedule, once started: one at the start, and then at its times. */
export type RunningSchedule = { start(): { stop(): Promise<void> } };

type Ringing = {
  logicalId: string;
  expression: string;
  timezone?: string;
  queues: string[];
  message: (at: Date) => string;
};

/** The schedules of a template: rules of EventBridge, and those of its Scheduler. @throws Error for one that is no rate and no cron */
export function schedules(
  template: Template,
  resolve: Resolve,
  sqs: SQSClient,
  queueUrlOf: (arn: string) => string,
  onError: (error: unknown) => void,
): RunningSchedule[] {
  return [...rulesIn(template, resolve), ...schedulerIn(template, resolve)].map(
    ({ logicalId, expression, timezone, queues, message }) => {
      const every = timesOf(logicalId, expression, timezone);
      const send = async (at: Date) => {
        for (const arn of queues)
          await sqs.send(new SendMessageCommand({ QueueUrl: queueUrlOf(arn), MessageBody: message(at) }));
      };
      return {
        start() {
          const ring = () => void send(new Date()).catch(onError);
          ring();
          const stop = every(ring);
          return { stop: async () => stop() };
        },
      };
    },
  );
}

const rulesIn = (template: Template, resolve: Resolve): Ringing[] =>
  resourcesOf(template, 'AWS::Events::Rule')
    .filter(([, { Properties }]) => 'ScheduleExpression' in Properties)
    .map(([logicalId, resource]) => {
      const { ScheduleExpression, Targets } = rule.parse(resolve(resource.Properties));
      return {
        logicalId,
        expression: ScheduleExpression,
        queues: Targets.map(({ Arn }) => Arn),
        message: (at) =>
          JSON.stringify({
            version: '0',
            id: randomUUID(),
            account: ACCOUNT,
            region: REGION,
            source: 'aws.events',
            'detail-type': 'Scheduled Event',
            time: at.toISOString(),
            resources: [],
            detail: {},
          }),
      };
    });

const schedulerIn = (template: Template, resolve: Resolve): Ringing[] =>
  resourcesOf(template, 'AWS::Scheduler::Schedule').map(([logicalId, resource]) => {
    const {
      ScheduleExpression,
      ScheduleExpressionTimezone: timezone,
      Target,
    } = schedule.parse(resolve(resource.Properties));
    return {
      logicalId,
      expression: ScheduleExpression,
      timezone,
      queues: [Target.Arn],
      message: (at) => Target.Input.replaceAll('<aws.scheduler.scheduled-time>', at.toISOString()),
    };
  });

/** A function that rings at the times of an expression, and returns how to stop it. */
function timesOf(logicalId: string, expression: string, timezone = 'UTC'): (ring: () => void) => () => void {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count)
    return (ring) => {
      const timer = setInterval(ring, Number(count) * (UNIT_MS[unit] ?? 0));
      return () => clearInterval(timer);
    };
  // The sixth field is the year, which is always open.
  const [, fields] = /^cron\((\S+ \S+ \S+ \S+ \S+) \*\)$/.exec(expression) ?? [];
  if (!fields)
    throw new Error(
      `${logicalId} has the schedule ${expression}; the local stack supports rates and cron without a year.`,
    );
  return (ring) => {
    const cron = new Cron(fields.replaceAll('?', '*'), { timezone, unref: true }, ring);
    return () => cron.stop();
  };
}
