import { spawnSync } from 'node:child_process';
import { Duration } from 'aws-cdk-lib';
import { readSettings } from '../../bin/settings.ts';
import { stageProblems } from '../../bin/stage-problems.ts';
import { stageProps } from '../../bin/stages.ts';
import type { ClosingBellProps } from '../../lib/closing-bell-stack.ts';

const STAGE = stageProps(readSettings((name) => (name === 'stage' ? 'local' : undefined)));

const problemsWith = (wrong: object) => stageProblems({ ...STAGE, ...wrong } as ClosingBellProps).join('\n');

test('the local stage is right', () => expect(problemsWith({})).toBe(''));

test.each([
  [{ maxRejectedShare: 20 }, 'expected a share of 0 to 1\n  → at maxRejectedShare'],
  [{ suspectMove: 0 }, 'expected a relative move above 0: 0.5 is 50 %'],
  [{ sesRateShare: 50 }, 'expected a share up to 1: 0.5 is half'],
  [{ sesRateShare: 0 }, 'expected a share above 0'],
  [{ concurrency: { ...STAGE.concurrency, mails: 1 } }, 'the least that SQS allows\n  → at concurrency.mails'],
  [{ concurrency: { ...STAGE.concurrency, events: 2.5 } }, 'expected a whole number of invocations'],
  [{ reservedForPage: 0 }, 'expected at least 1; leave it out for none'],
  [{ smokeTestAt: 24 }, 'expected an hour of 0 to 23'],
  [{ receiptRuleSet: '' }, 'expected the name of a rule set of SES'],
  [{ calendarOverrides: { NYSE: { '2025-01-09': 'closed' } } }, 'The calendarOverrides of the stage are wrong'],
  [{ claimRetryAfter: Duration.seconds(19) }, "Expected claimRetryAfter > fan-out's timeout > SES's timeout × 6 tries"],
  [{ sesTimeout: Duration.seconds(50) }, "Expected claimRetryAfter > fan-out's timeout > SES's timeout × 6 tries"],
  [{ feeds: [{ feed: 'eu', due: '6pm' }] }, 'expected a time of day like 18:00'],
  [{ vendors: [{ from: '123', feed: 'eu' }] }, 'expected an account of 12 digits'],
  [{ mailSenders: [{ from: 'vendor', feed: 'eu' }] }, 'expected one mail address'],
  [{ collectors: [{ provider: 'polygon', dataset: 'prices', schedule: 'daily', subjects: ['A'] }] }, 'found "daily"'],
])('a stage with %j is refused', (wrong, message) => expect(problemsWith(wrong)).toContain(message));

test('all problems are told at once', () => {
  const found = problemsWith({ suspectMove: 0, smokeTestAt: 24, vendors: [{ from: 'x', feed: 'eu' }] });
  for (const expected of ['suspectMove', 'smokeTestAt', 'The vendors of the stage']) expect(found).toContain(expected);
});

test('wrong settings end the synthesis with a message, without a stack trace', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/closing-bell.ts'], {
    encoding: 'utf8',
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ stage: 'production' }) },
  });
  expect([status, stdout, stderr]).toEqual([1, '', 'Expected the stage dev, staging, prod, found "production".\n']);
});
