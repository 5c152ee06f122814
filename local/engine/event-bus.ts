import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { matchesPattern } from './event-pattern.ts';
import { ACCOUNT, REGION, type Resolve } from './intrinsics.ts';
import { resourcesOf, type Template } from './template.ts';

const properties = z.object({
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z.array(z.object({ Arn: z.string() })),
});

export type BusEvent = { source: string; 'detail-type': string; time: string; detail: unknown };

/** JSON in ASCII: the emulated SQS refuses characters beyond the first 65,536, which a key may have. */
const ascii = (json: string): string =>
  json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The default event bus: hands an event to the queues of every rule that matches. */
export type EventBus = (event: BusEvent) => Promise<void>;

/** ARNs of the queues that rules fill with what a source, like `aws.ses`, tells. */
export const queuesToldBy = (source: string, template: Template, resolve: Resolve): Set<string> =>
  new Set(
    resourcesOf(template, 'AWS::Events::Rule')
      .map(([, resource]) => properties.parse(resolve(resource.Properties)))
      .filter(({ EventPattern }) => matchesPattern(EventPattern['source'], source))
      .flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn)),
  );

export function eventBus(
  template: Template,
  resolve: Resolve,
  sqs: SQSClient,
  queueUrlOf: (arn: string) => string,
): EventBus {
  const rules = resourcesOf(template, 'AWS::Events::Rule').map(([logicalId, resource]) => {
    const rule = properties.parse(resolve(resource.Properties));
    const other = rule.Targets.find(({ Arn }) => !Arn.startsWith('arn:aws:sqs:'));
    if (other) throw new Error(`${logicalId} has the target ${other.Arn}; the local event bus knows queues only.`);
    return rule;
  });
  return async (event) => {
    const whole = { version: '0', id: randomUUID(), account: ACCOUNT, region: REGION, resources: [], ...event };
    for (const { EventPattern, Targets } of rules) {
      if (!matchesPattern(EventPattern, whole)) continue;
      for (const { Arn } of Targets) {
        await sqs.send(
          new SendMessageCommand({ QueueUrl: queueUrlOf(Arn), MessageBody: ascii(JSON.stringify(whole)) }),
        );
      }
    }
  };
}
