import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { ACCOUNT, REGION, type Resolve } from './intrinsics.ts';
import { resourcesOf, type Template } from './template.ts';

const properties = z.object({ ScheduleExpression: z.string(), Targets: z.array(z.object({ Arn: z.string() })) });
const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Sends the events of a schedule, once started: one at the start, and then at its rate. */
export type RunningSchedule = { start(): { stop(): Promise<void> } };

/** The schedules of a template. @throws Error for a schedule that is no rate */
export function schedules(
  template: Template,
  resolve: Resolve,
  sqs: SQSClient,
  queueUrlOf: (arn: string) => string,
  onError: (error: unknown) => void,
): RunningSchedule[] {
  return resourcesOf(template, 'AWS::Events::Rule')
    .filter(([, { Properties }]) => 'ScheduleExpression' in Properties)
    .map(([logicalId, resource]) => {
      const { ScheduleExpression, Targets } = properties.parse(resolve(resource.Properties));
      const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(ScheduleExpression) ?? [];
      if (!count)
        throw new Error(`${logicalId} has the schedule ${ScheduleExpression}; the local stack supports rates only.`);
      const send = async () => {
        const event = {
          version: '0',
          id: randomUUID(),
          account: ACCOUNT,
          region: REGION,
          source: 'aws.events',
          'detail-type': 'Scheduled Event',
          time: new Date().toISOString(),
          resources: [],
          detail: {},
        };
        for (const { Arn } of Targets)
          await sqs.send(new SendMessageCommand({ QueueUrl: queueUrlOf(Arn), MessageBody: JSON.stringify(event) }));
      };
      return {
        start() {
          const ring = () => void send().catch(onError);
          ring();
          const timer = setInterval(ring, Number(count) * (UNIT_MS[unit] ?? 0));
          return { stop: async () => clearInterval(timer) };
        },
      };
    });
}
