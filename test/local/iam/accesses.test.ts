import { type AwsRequest, accessesOf, type Service } from '../../../local/iam/accesses.ts';

const request = (path: string, more: Partial<AwsRequest> & { json?: object } = {}): AwsRequest => ({
  method: 'POST',
  url: new URL(`http://local${path}`),
  headers: {},
  body: JSON.stringify(more.json ?? {}),
  ...more,
});
const target = (name: string, json: object) => request('/', { headers: { 'x-amz-target': name }, json });
const form = '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\neu/a.csv\r\n--x';

/** What each request needs, as `action resource`, without the account. */
test.each<[string, Service, AwsRequest, string[] | undefined]>([
  ['a query', 'dynamodb', target('DynamoDB_20120810.Query', { TableName: 'T' }), ['dynamodb:Query table/T']],
  [
    'a batch of two tables',
    'dynamodb',
    target('DynamoDB_20120810.BatchWriteItem', { RequestItems: { A: [], B: [] } }),
    ['dynamodb:BatchWriteItem table/A', 'dynamodb:BatchWriteItem table/B'],
  ],
  ['a request without a table', 'dynamodb', target('DynamoDB_20120810.ListTables', {}), undefined],
  [
    'a batch of messages',
    's3-sqs',
    target('AmazonSQS.SendMessageBatch', { QueueUrl: 'http://local/000000000000/Q' }),
    ['sqs:SendMessage Q'],
  ],
  ['an object', 's3-sqs', request('/b/a%20b', { method: 'GET' }), ['s3:GetObject b/a b']],
  ['a version', 's3-sqs', request('/b/a?versionId=1', { method: 'HEAD' }), ['s3:GetObjectVersion b/a']],
  ['an upload', 's3-sqs', request('/b/a', { method: 'PUT' }), ['s3:PutObject b/a']],
  [
    'an upload if it is the same',
    's3-sqs',
    request('/b/a', { method: 'PUT', headers: { 'if-match': '"e"' } }),
    ['s3:PutObject b/a', 's3:GetObject b/a'],
  ],
  [
    'an upload by a form',
    's3-sqs',
    request('/b', { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: form }),
    ['s3:PutObject b/eu/a.csv'],
  ],
  ['a list', 's3-sqs', request('/b?list-type=2&prefix=a', { method: 'GET' }), ['s3:ListBucket b']],
  ['a list of versions', 's3-sqs', request('/b?versions', { method: 'GET' }), ['s3:ListBucketVersions b']],
  ['tags of an object', 's3-sqs', request('/b/a?tagging', { method: 'PUT' }), undefined],
  ['a copy', 's3-sqs', request('/b/a', { method: 'PUT', headers: { 'x-amz-copy-source': 'c/d' } }), undefined],
  ['a removal', 's3-sqs', request('/b/a', { method: 'DELETE' }), undefined],
  ['the account of SES', 'ses', request('/v2/email/account', { method: 'GET' }), ['ses:GetAccount *']],
  [
    'a raw mail',
    'ses',
    request('/v2/email/outbound-emails', {
      json: { FromEmailAddress: 'Bell <a@example.com>', ConfigurationSetName: 'S' },
    }),
    [
      'ses:SendEmail identity/example.com',
      'ses:SendEmail configuration-set/S',
      'ses:SendRawEmail identity/example.com',
      'ses:SendRawEmail configuration-set/S',
    ],
  ],
  [
    'a secret',
    'secrets',
    target('secretsmanager.GetSecretValue', { SecretId: 'K' }),
    ['secretsmanager:GetSecretValue K'],
  ],
  [
    'a table of the lake',
    'glue',
    request('/iceberg/v1/catalogs/0/namespaces/d/tables/t', { method: 'GET' }),
    ['glue:GetCatalog catalog', 'glue:GetTable catalog', 'glue:GetTable database/d', 'glue:GetTable table/d/t'],
  ],
  [
    'all tables of the lake',
    'glue',
    request('/iceberg/v1/catalogs/0/namespaces/d/tables', { method: 'GET' }),
    undefined,
  ],
])('%s', (_what, service, asked, expected) => {
  const found = accessesOf(service, asked)?.map(
    ({ action, resource }) => `${action} ${resource.replace(/^arn:aws:(?:s3:::|\w+:[\w-]+:\d{12}:)/, '')}`,
  );
  expect(found).toEqual(expected);
});
