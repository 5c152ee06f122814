import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { ofType, template } from './stack.ts';

test('every source queue has dead letters, an alarm on them, and a visibility timeout of six timeouts', () => {
  const dead = ofType('AWS::SQS::Queue').filter(([, { Properties }]) => !Properties['RedrivePolicy']);
  const read = ofType('AWS::SQS::Queue').filter(([, { Properties }]) => Properties['RedrivePolicy']);
  expect([dead.length, read.length]).toEqual([6, 6]);
  const alarms = JSON.stringify(ofType('AWS::CloudWatch::Alarm'));
  for (const [name] of dead) expect(alarms).toContain(`"Fn::GetAtt":["${name}","QueueName"]`);
  // A function that cannot start makes no dead letters for hours.
  const waiting = JSON.stringify(
    ofType('AWS::CloudWatch::Alarm').filter(
      ([, { Properties: p }]) => p['MetricName'] === 'ApproximateAgeOfOldestMessage',
    ),
  );
  for (const [name] of read) expect(waiting).toContain(`"Fn::GetAtt":["${name}","QueueName"]`);
  for (const [, { Properties }] of ofType('AWS::Lambda::EventSourceMapping')) {
    const queue = read.find(([name]) => JSON.stringify(Properties['EventSourceArn']).includes(name))?.[1];
    const target = ofType('AWS::Lambda::Function').find(([name]) =>
      JSON.stringify(Properties['FunctionName']).includes(name),
    )?.[1];
    expect(queue?.Properties['VisibilityTimeout']).toBe(6 * Number(target?.Properties['Timeout']));
    expect(Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  }
});

test('every function has alarms on errors and throttles, and every alarm has a text, a runbook entry and an action', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm');
  for (const [name] of ofType('AWS::Lambda::Function')) {
    const own = alarms.filter(([, { Properties }]) => JSON.stringify(Properties['Dimensions'] ?? []).includes(name));
    const signs = own.map(([, { Properties: p }]) => `${p['MetricName']} ${p['EvaluationPeriods']}`);
    expect(signs).toEqual(expect.arrayContaining(['Errors 1', 'Throttles 3']));
  }
  const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  const causes = ofType('AWS::CloudWatch::CompositeAlarm');
  for (const [, { Properties }] of [...alarms, ...causes]) {
    const [, heading] = /Runbook: ([a-z-]+)\./.exec(String(Properties['AlarmDescription'])) ?? [];
    expect(runbook).toContain(`## ${heading}\n`);
  }
  // One cause rings once: an alarm rings itself, or is a sign of exactly one cause that does.
  for (const [, { Properties }] of causes) expect(Properties['AlarmActions']).toHaveLength(1);
  for (const [name, { Properties }] of alarms) {
    const rings = causes.filter(([, cause]) => JSON.stringify(cause.Properties['AlarmRule']).includes(`"${name}"`));
    const own = (Properties['AlarmActions'] as unknown[] | undefined) ?? [];
    expect({ name, rings: rings.length + own.length }).toEqual({ name, rings: 1 });
  }
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'night@example.com' });
});

test('a function that fails and its messages that wait are one cause', () => {
  const cause = ofType('AWS::CloudWatch::CompositeAlarm').find(([name]) => name.startsWith('FanOut'))?.[1];
  const rule = JSON.stringify(cause?.Properties['AlarmRule']);
  expect(rule.match(/ALARM\(/g)).toHaveLength(4);
  expect(rule).toContain('IngestRefreshedWaitingAlarm');
});

test('the dashboard shows every queue and function, each cause, and the headings of the runbook', () => {
  const [[, dashboard] = []] = ofType('AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboard?.Properties['DashboardBody']);
  for (const type of ['AWS::SQS::Queue', 'AWS::Lambda::Function', 'AWS::CloudWatch::CompositeAlarm'])
    for (const [name] of ofType(type)) expect(body).toContain(`"${name}"`);
  const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  const named = [...body.matchAll(/runbook, ((?:\*[a-z-]+\*(?: \([^)]*\))?(?: or )?)+)/g)].flatMap(([, text = '']) =>
    [...text.matchAll(/\*([a-z-]+)\*/g)].map(([, heading]) => heading),
  );
  expect(named.length).toBeGreaterThan(2);
  for (const heading of named) expect(runbook).toContain(`## ${heading}\n`);
});

test('CloudWatch may publish to the topic of the operators', () => {
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
        }),
      ]),
    },
  });
});
