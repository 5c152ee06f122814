import { resolver } from '../../../local/engine/intrinsics.ts';

const resource = (Type: string, path: string) => ({
  Type,
  Properties: {},
  Metadata: { 'aws:cdk:path': `ClosingBell/${path}/Resource` },
});
const resolve = resolver(
  {
    stack: 'ClosingBell',
    resources: {
      Q1: resource('AWS::SQS::Queue', 'Drop/Queue'),
      B1: resource('AWS::S3::Bucket', 'Drop/Files'),
      T1: resource('AWS::DynamoDB::GlobalTable', 'Prices'),
    },
    assetFolder: () => '',
  },
  { sqs: 'http://127.0.0.1:1', api: 'http://127.0.0.1:2' },
);

test.each([
  ['a queue is its URL', { Ref: 'Q1' }, 'http://127.0.0.1:1/000000000000/ClosingBell-Drop-Queue'],
  ['a bucket is its name', { Ref: 'B1' }, 'closingbell-drop-files'],
  ['a table is its name', { Ref: 'T1' }, 'ClosingBell-Prices'],
  ['an ARN', { 'Fn::GetAtt': ['Q1', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:ClosingBell-Drop-Queue'],
  ['joined text', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-us-east-1'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholder, not JavaScript's
  ['substituted text', { 'Fn::Sub': 'x-${AWS::AccountId}' }, 'x-000000000000'],
  ['nested values', { a: [{ b: { Ref: 'T1' } }] }, { a: [{ b: 'ClosingBell-Prices' }] }],
])('%s', (_what, value, expected) => expect(resolve(value)).toEqual(expected));

test('an unknown function or resource is an error', () => {
  expect(() => resolve({ 'Fn::Cidr': [] })).toThrow('does not support Fn::Cidr');
  expect(() => resolve({ Ref: 'Nobody' })).toThrow('refers to Nobody');
});
