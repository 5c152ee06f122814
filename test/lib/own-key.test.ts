import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ClosingBellStack } from '../../lib/closing-bell-stack.ts';
import { PROPS, type Resource } from './stack.ts';

/** A stage whose data are encrypted with a key of the account itself. */
const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
const stack = new ClosingBellStack(app, 'ClosingBell', { ...PROPS, ownKey: true });
const template = Template.fromStack(stack);
const resources: [string, Resource][] = Object.entries(template.toJSON().Resources);
const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);
const [[keyId, key] = ['', undefined], ...otherKeys] = ofType('AWS::KMS::Key');

test('there is one key, which changes each year and outlives the stack', () => {
  expect(otherKeys).toEqual([]);
  expect(key).toMatchObject({ DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
});

test('every table, secret and bucket uses it, but the bucket of the page, which everybody reads', () => {
  const data = ['AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret', 'AWS::S3::Bucket'].flatMap(ofType);
  const without = data.filter(([, { Properties }]) => !JSON.stringify(Properties).includes(keyId));
  expect(without.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['PageFilesBucket']);
});

type KeyStatement = { Action: string | string[]; Principal: unknown; Condition?: object };

test('only through the services that keep the data, by who may use these, by vendors and by SES', () => {
  const policy = key?.Properties['KeyPolicy'] as { Statement: KeyStatement[] } | undefined;
  const uses = (policy?.Statement ?? []).filter(({ Action }) => ![Action].flat().includes('kms:*'));
  for (const { Principal, Condition } of uses)
    expect(JSON.stringify(Condition)).toMatch(
      JSON.stringify(Principal).includes('ses.amazonaws.com') ? 'aws:SourceAccount' : 'kms:ViaService',
    );
  const everybody = uses.filter(({ Principal }) => JSON.stringify(Principal) === '{"AWS":"*"}');
  expect(everybody).toHaveLength(2);
  for (const { Condition } of everybody) expect(JSON.stringify(Condition)).toContain('kms:CallerAccount');
  expect(JSON.stringify(uses)).toContain(':iam::123456789012:root');
});
