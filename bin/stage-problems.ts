import * as z from 'zod';
import { calendarOverrides } from '../lambdas/contracts/calendar-overrides.ts';
import { checkCollectors } from '../lambdas/contracts/collectors.ts';
import { checkFeedSchedules } from '../lambdas/contracts/feed-schedules.ts';
import { checkMailSenders } from '../lambdas/contracts/mailed-files.ts';
import { QUEUE_NAMES } from '../lambdas/contracts/queue-names.ts';
import { checkTimes } from '../lambdas/contracts/sending.ts';
import { checkVendors } from '../lambdas/contracts/vendors.ts';
import type { ClosingBellProps } from '../lib/closing-bell-stack.ts';

const plain = z.object({
  maxRejectedShare: z.number().min(0, 'expected a share of 0 to 1').max(1, 'expected a share of 0 to 1'),
  suspectMove: z.number().positive('expected a relative move above 0: 0.5 is 50 %'),
  sesRateShare: z.number().gt(0, 'expected a share above 0').max(1, 'expected a share up to 1: 0.5 is half'),
  concurrency: z.record(
    z.enum(QUEUE_NAMES),
    z
      .int('expected a whole number of invocations')
      .min(2, 'expected at least 2 invocations, the least that SQS allows')
      .max(1000, 'expected at most 1000 invocations, the most that SQS allows'),
  ),
  reservedForPage: z.int('expected a whole number').min(1, 'expected at least 1; leave it out for none').optional(),
  smokeTestAt: z.int('expected an hour of 0 to 23').min(0).max(23, 'expected an hour of 0 to 23').optional(),
  receiptRuleSet: z
    .string()
    .regex(/^[a-z\d](?:[\w.-]{0,61}[a-z\d])?$/i, 'expected the name of a rule set of SES')
    .optional(),
});

/** What is wrong in the props of a stage, before anything of AWS is asked: a text for each group of them. */
export function stageProblems(props: ClosingBellProps): string[] {
  const checks = [
    () => checkShape('Props of the stage', plain, props),
    () => checkShape('The calendarOverrides of the stage', calendarOverrides, props.calendarOverrides),
    () =>
      checkTimes({
        sesTimeout: props.sesTimeout.toSeconds(),
        fanOutTimeout: props.fanOut.timeout.toSeconds(),
        claimRetryAfter: props.claimRetryAfter.toSeconds(),
      }),
    () => checkFeedSchedules(props.feeds),
    () => checkVendors(props.vendors),
    () => checkMailSenders(props.mailSenders),
    () => checkCollectors(props.collectors),
  ];
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}

function checkShape(name: string, shape: z.ZodType, value: unknown): void {
  const { success, error } = shape.safeParse(value);
  if (!success) throw new Error(`${name} are wrong:\n${z.prettifyError(error)}`);
}
