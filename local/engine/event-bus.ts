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

/** The default event bus: sends an event to the queues of every rule that matches. */
export type EventBus = (event: BusEvent) => Promise<void>;

/** Encodes JSON in ASCII: the emulated SQS rejects characters above U+FFFF, which a key may contain. */
const ascii = (json: string): string =>
  json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The rules that match events; a schedule matches none. */
const matchingRules = (template: Template) =>
  resourcesOf(template, 'AWS::Events::Rule').filter(([, { Properties }]) => 'EventPattern' in Properties);

/** ARNs of the queues that rules fill with events of a source, like `aws.ses`. */
export const queuesFilledBy = (source: string, template: Template, resolve: Resolve): Set<string> =>
  new Set(
    matchingRules(template)
      .map(([, resource]) => properties.parse(resolve(resource.Properties)))
      .filter(({ EventPattern }) => matchesPattern(EventPattern['source'], source))
      .flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn)),
  );

/** @throws Error for a rule with a target that is not a queue */
export function eventBus(
  template: Template,
  resolve: Resolve,
  sqs: SQSClient,
  queueUrlOf: (arn: string) => string,
): EventBus {
  const rules = matchingRules(template).map(([logicalId, resource]) => {
    const rule = properties.parse(resolve(resource.Properties));
    const other = rule.Targets.find(({ Arn }) => !Arn.startsWith('arn:aws:sqs:'));
    if (other) throw new Error(`${logicalId} has the target ${other.Arn}; the local event bus supports queues only.`);
    return rule;
  });
  return async (event) => {
    const complete = { version: '0', id: randomUUID(), account: ACCOUNT, region: REGION, resources: [], ...event };
    for (const { EventPattern, Targets } of rules) {
      if (!matchesPattern(EventPattern, complete)) continue;
      for (const { Arn } of Targets) {
        const MessageBody = ascii(JSON.stringify(complete));
        await sqs.send(new SendMessageCommand({ QueueUrl: queueUrlOf(Arn), MessageBody }));
      }
    }
  };
}
