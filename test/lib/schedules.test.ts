import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { collectRequest } from '../../lambdas/contracts/collect.ts';
import { ingestMessage, isFileDue, isSmokeTestDue } from '../../lambdas/contracts/ingest-message.ts';
import { fanOutMessage } from '../../lambdas/contracts/weekly.ts';
import { ClosingBellStack } from '../../lib/closing-bell-stack.ts';
import { ofType, PROPS, template } from './stack.ts';

test('the file of each feed is expected: ingest looks for it from the time it is due on, and an alarm rings', () => {
  const due = ofType('AWS::Scheduler::Schedule').find(([, { Properties: p }]) =>
    String(p['Description']).startsWith('Looks whether the file of the top level'),
  );
  expect(due?.[1].Properties).toMatchObject({
    ScheduleExpression: 'cron(0,15,30,45 * * * ? *)',
    ScheduleExpressionTimezone: 'America/New_York',
  });
  const { Input } = (due?.[1].Properties['Target'] ?? {}) as { Input: string };
  const message = ingestMessage(JSON.parse(Input));
  expect(isFileDue(message) && message.detail.schedule).toEqual({
    feed: '',
    exchange: 'NYSE',
    due: '18:00',
    nextDay: false,
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'FilesLate',
    Dimensions: [
      { Name: 'feed', Value: 'top level' },
      { Name: 'service', Value: 'ingest' },
    ],
    Threshold: 1,
  });
});

test('each collector has a schedule in UTC whose message says what to collect, and alarms that name who misses what', () => {
  const schedules = ofType('AWS::Scheduler::Schedule')
    .map(([, { Properties: p }]) => p)
    .filter(({ Description }) => String(Description).startsWith('Collects '));
  expect(schedules).toHaveLength(PROPS.collectors.length);
  const [prices] = schedules;
  expect(prices).toMatchObject({
    ScheduleExpression: 'cron(0 23 ? * MON-FRI *)',
    ScheduleExpressionTimezone: 'Etc/UTC',
  });
  const { Input, DeadLetterConfig } = (prices?.['Target'] ?? {}) as { Input: string; DeadLetterConfig: unknown };
  expect(DeadLetterConfig).toBeDefined();
  const request = collectRequest.parse(
    JSON.parse(Input.replace('<aws.scheduler.scheduled-time>', '2025-03-07T23:00:00Z')),
  );
  expect(request).toMatchObject({ provider: 'polygon', dataset: 'prices', subjects: ['AAPL', 'MSFT'], by: 'schedule' });
  const texts = ofType('AWS::CloudWatch::Alarm').map(([, { Properties: p }]) => String(p['AlarmDescription']));
  expect(texts).toContain(
    'No answer of Polygon about some of AAPL and 1 other, at least 5 %: they have no close of today. Runbook: collect.',
  );
});

test('a smoke test begins every day in New York, and 25 hours of silence ring', () => {
  const due = ofType('AWS::Scheduler::Schedule').find(([, { Properties: p }]) =>
    String(p['Description']).startsWith('Begins the smoke test'),
  );
  expect(due?.[1].Properties).toMatchObject({
    ScheduleExpression: 'cron(0 13 * * ? *)',
    ScheduleExpressionTimezone: 'America/New_York',
  });
  const { Input } = (due?.[1].Properties['Target'] ?? {}) as { Input: string };
  const message = Input.replace('<aws.scheduler.scheduled-time>', '2025-03-07T18:00:00Z');
  expect(isSmokeTestDue(ingestMessage(JSON.parse(message)))).toBe(true);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'SmokeTestSeconds',
    Statistic: 'SampleCount',
    Period: 3600,
    EvaluationPeriods: 25,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
});

test('the weekly digests are due on Saturday morning in New York, also if the clocks change', () => {
  const weekly = ofType('AWS::Scheduler::Schedule').find(
    ([, { Properties: p }]) => p['Description'] === 'Sends the weekly digests',
  );
  expect(weekly?.[1].Properties).toMatchObject({
    ScheduleExpression: 'cron(0 8 ? * SAT *)',
    ScheduleExpressionTimezone: 'America/New_York',
  });
  const { Input } = (weekly?.[1].Properties['Target'] ?? {}) as { Input: string };
  const rung = fanOutMessage.parse(JSON.parse(Input.replace('<aws.scheduler.scheduled-time>', '2020-01-11T13:00:00Z')));
  expect(rung).toMatchObject({ weekly: { week: '2020-W02' } });
});

test('feeds with alike names have schedules and alarms of their own, in ASCII and without addresses', () => {
  const feeds = ['', 'a/b', 'a-b', 'börse', 'bürse', 'top level', 'ada@example.com'].map((feed) => ({
    feed,
    due: '18:00',
  }));
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const own = Template.fromStack(new ClosingBellStack(app, 'Feeds', { ...PROPS, collectors: [], feeds }));
  const alarms = Object.values(
    own.findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: 'FilesLate' } }),
  );
  const dimensions = alarms.map(
    ({ Properties: p }) => p.Dimensions.find((one: { Name: string }) => one.Name === 'feed').Value,
  );
  expect(new Set(dimensions).size).toBe(feeds.length);
  for (const dimension of dimensions) expect(dimension).toMatch(/^[\x20-\x7e]{1,255}$/);
  expect(dimensions.join()).not.toContain('ada');
});
