import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ClosingBellStack } from '../../lib/closing-bell-stack.ts';
import { PROPS } from './stack.ts';

/** Of Lambda, for all variables as JSON. */
const MAX_BYTES = 4096;

/** The addresses and names that CloudFormation fills in, by the type of their resource, in the region with the longest name. */
const PLACE = 'ap-southeast-1:123456789012';
const FILLED_IN: Record<string, (name: string) => string> = {
  'AWS::SQS::Queue': (name) => `https://sqs.ap-southeast-1.amazonaws.com/123456789012/${name}`,
  'AWS::SecretsManager::Secret': (name) => `arn:aws:secretsmanager:${PLACE}:secret:${name}-AbCdEf`,
  'AWS::CloudFront::Distribution': () => 'd1234567890abc.cloudfront.net',
  'AWS::ApiGatewayV2::Api': () => 'https://abcdefghij.execute-api.ap-southeast-1.amazonaws.com',
};

function stackWith(count: number) {
  const feeds = Array.from({ length: count }, (_, i) => ({ feed: `vendor-${100 + i}`, due: '18:00' }));
  const mailSenders = [{ from: 'prices@vendor.example', feed: 'asia' }];
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new ClosingBellStack(app, 'ClosingBell', { ...PROPS, feeds, mailSenders });
  return { app, stack };
}

function isAccepted(count: number): boolean {
  try {
    stackWith(count).app.synth();
    return true;
  } catch (error) {
    expect(String(error)).toMatch(/Expected at most 3950 bytes in the environment of api, found \d+: feeds/);
    return false;
  }
}

/** Bytes of the longest environment, filled in. */
function longestEnvironment(template: Template): number {
  const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string; Properties: unknown }> };
  const fill = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const { Ref, 'Fn::GetAtt': of, 'Fn::Join': join } = value as Record<string, unknown>;
    if (Array.isArray(join)) return join[1].map(fill).join(join[0]);
    const [id = '', attribute] = Array.isArray(of) ? of.map(String) : [String(Ref)];
    const name = `ClosingBell-${id}-AbCdEfGhIjKl`;
    return attribute === 'QueueName' ? name : (FILLED_IN[Resources[id]?.Type ?? '']?.(name) ?? name);
  };
  const environments = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) =>
    Object.entries(Properties.Environment?.Variables ?? {}).map(([name, value]) => [name, fill(value)]),
  );
  return Math.max(...environments.map((all) => Buffer.byteLength(JSON.stringify(Object.fromEntries(all)))));
}

test('as many feeds as fit into the environment of a function are accepted, and one more is refused at synthesis', () => {
  let [most, tooMany] = [0, 128];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (isAccepted(middle)) most = middle;
    else tooMany = middle;
  }
  expect(most).toBeGreaterThanOrEqual(15);
  const bytes = longestEnvironment(Template.fromStack(stackWith(most).stack));
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  expect(bytes).toBeGreaterThan(MAX_BYTES - 600);
});
