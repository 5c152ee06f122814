import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { dropBucket } from '../../lambdas/adapters/drop-bucket.ts';

const s3 = mockClient(S3Client);
const FILE = { bucket: 'drop', key: 'eu/2020-01-10_history.csv', etag: 'e' };
const read = () => dropBucket(new S3Client({})).read(FILE);
const fails = (name: string, message: string, httpStatusCode: number) =>
  s3
    .on(GetObjectCommand)
    .rejects(new S3ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } }));

beforeEach(() => s3.reset());

test.each([
  ['AccessDenied', 'User: x is not authorized to perform: kms:Decrypt on the resource', 403],
  ['KMS.DisabledException', 'The key is disabled.', 400],
  ['KMS.NotFoundException', 'The key does not exist.', 400],
  ['InvalidRequest', 'The object was stored using a form of Server Side Encryption.', 400],
])('%s (%s) is a file that is encrypted with a foreign key', async (name, message, status) => {
  fails(name, message, status);
  expect(await read()).toBe('locked');
});

test.each([
  ['NoSuchKey', 404],
  ['NoSuchVersion', 404],
  ['PreconditionFailed', 412],
])('%s is a file that is gone', async (name, status) => {
  fails(name, 'gone', status);
  expect(await read()).toBeUndefined();
});

test.each([
  ['AccessDenied', 'User: x is not authorized to perform: s3:GetObject', 403],
  ['KMS.ThrottlingException', 'Rate exceeded', 400],
  ['SlowDown', 'Reduce your request rate.', 503],
])('%s is retried: another cause may be removed', async (name, message, status) => {
  fails(name, message, status);
  await expect(read()).rejects.toThrow(message);
});
