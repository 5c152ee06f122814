import * as z from 'zod';
import { ACCOUNT, REGION } from '../engine/intrinsics.ts';
import type { Access } from './roles.ts';

export type Service = 'dynamodb' | 's3-sqs' | 'ses' | 'secrets' | 'glue';

export type AwsRequest = {
  method: string;
  /** Path and query. */
  url: URL;
  headers: Record<string, unknown>;
  /** The whole body of a request in JSON; the first part of any other. */
  body: string;
};

const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const targetOf = ({ headers }: AwsRequest): string =>
  String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1) ?? '';

/** What a request to an emulator needs permissions for. @returns undefined for a request that is not known here */
export function accessesOf(service: Service, request: AwsRequest): Access[] | undefined {
  if (service === 's3-sqs') return request.headers['x-amz-target'] ? sqs(request) : s3(request);
  return { dynamodb, ses, secrets, glue }[service](request);
}

const tables = z.object({
  TableName: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
});

function dynamodb(request: AwsRequest): Access[] | undefined {
  const { TableName, RequestItems } = tables.parse(JSON.parse(request.body));
  const names = TableName === undefined ? Object.keys(RequestItems ?? {}) : [TableName];
  if (names.length === 0) return undefined;
  return names.map((name) => ({ action: `dynamodb:${targetOf(request)}`, resource: arn('dynamodb', `table/${name}`) }));
}

function sqs(request: AwsRequest): Access[] {
  const { QueueUrl } = z.object({ QueueUrl: z.string() }).parse(JSON.parse(request.body));
  const name = QueueUrl.split('/').at(-1) ?? '';
  return [{ action: `sqs:${targetOf(request).replace(/Batch$/, '')}`, resource: arn('sqs', name) }];
}

/** Other parameters of S3 ask for other actions: tags, access lists, policies. */
const S3_PARAMETERS =
  /^(?:X-Amz-.*|x-id|versionId|list-type|prefix|continuation-token|max-keys|versions|uploads|uploadId|partNumber)$/i;

function s3({ method, url, headers, body }: AwsRequest): Access[] | undefined {
  const isKnown = [...url.searchParams.keys()].every((name) => S3_PARAMETERS.test(name));
  if (!isKnown || headers['x-amz-copy-source']) return undefined;
  const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)$/s.exec(decodeURIComponent(url.pathname)) ?? [];
  const inBucket = `arn:aws:s3:::${bucket}`;
  if (key === '') return ofBucket(method, url, inBucket, { headers, body });
  const version = url.searchParams.has('versionId') ? 'Version' : '';
  const get = { action: `s3:GetObject${version}`, resource: `${inBucket}/${key}` };
  const put = { action: 's3:PutObject', resource: `${inBucket}/${key}` };
  if (method === 'GET' || method === 'HEAD') return [get];
  // Who compares with the object that is there must be allowed to read it.
  if (method === 'PUT') return headers['if-match'] === undefined ? [put] : [put, get];
  return method === 'POST' ? [put] : undefined;
}

/** A list, or an upload by a form. */
function ofBucket(
  method: string,
  { searchParams }: URL,
  resource: string,
  { headers, body }: Pick<AwsRequest, 'headers' | 'body'>,
): Access[] | undefined {
  if (method === 'GET')
    return [{ action: searchParams.has('versions') ? 's3:ListBucketVersions' : 's3:ListBucket', resource }];
  if (method !== 'POST' || !String(headers['content-type']).startsWith('multipart/form-data')) return undefined;
  const [, key] = /name="key"\r\n\r\n(.*?)\r\n/s.exec(body) ?? [];
  return key === undefined ? undefined : [{ action: 's3:PutObject', resource: `${resource}/${key}` }];
}

/** Without a permission to list, S3 does not tell that an object is missing. */
export function accessToLearnThatItIsMissing({ method, url }: AwsRequest): Access | undefined {
  const [, bucket = '', key = ''] = /^\/([^/]+)\/(.+)$/s.exec(decodeURIComponent(url.pathname)) ?? [];
  if (key === '' || (method !== 'GET' && method !== 'HEAD')) return undefined;
  const action = url.searchParams.has('versionId') ? 's3:ListBucketVersions' : 's3:ListBucket';
  return { action, resource: `arn:aws:s3:::${bucket}` };
}

const mail = z.object({ FromEmailAddress: z.string(), ConfigurationSetName: z.string() });

function ses({ method, url, body }: AwsRequest): Access[] | undefined {
  if (method === 'GET' && url.pathname === '/v2/email/account') return [{ action: 'ses:GetAccount', resource: '*' }];
  if (method !== 'POST' || url.pathname !== '/v2/email/outbound-emails') return undefined;
  const { FromEmailAddress, ConfigurationSetName } = mail.parse(JSON.parse(body));
  const [, address = FromEmailAddress] = /<([^>]*)>$/.exec(FromEmailAddress) ?? [];
  const context = { 'ses:FromAddress': address };
  // SES asks for both actions if a mail is raw.
  return ['ses:SendEmail', 'ses:SendRawEmail'].flatMap((action) =>
    [`identity/${address.split('@')[1]}`, `configuration-set/${ConfigurationSetName}`].map((resource) => ({
      action,
      resource: arn('ses', resource),
      context,
    })),
  );
}

function secrets(request: AwsRequest): Access[] {
  // The template's reference to a secret is its ARN on AWS, and its name here.
  const { SecretId } = z.object({ SecretId: z.string() }).parse(JSON.parse(request.body));
  return [{ action: `secretsmanager:${targetOf(request)}`, resource: SecretId }];
}

/** Glue's catalog by the Iceberg REST protocol: an action needs the catalog, the database and the table. */
function glue({ method, url }: AwsRequest): Access[] | undefined {
  const [, database = '', table = ''] = /\/namespaces\/([^/]+)\/tables\/([^/]+)$/.exec(url.pathname) ?? [];
  const action = { GET: 'glue:GetTable', POST: 'glue:UpdateTable' }[method];
  if (action === undefined || table === '') return undefined;
  const resources = ['catalog', `database/${database}`, `table/${database}/${table}`];
  return [
    { action: 'glue:GetCatalog', resource: arn('glue', 'catalog') },
    ...resources.map((resource) => ({ action, resource: arn('glue', resource) })),
  ];
}
