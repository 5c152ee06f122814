import { GetObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';

type FileVersion = Omit<DeliveryRecord['file'], 'size'>;

export type DropBucket = ReturnType<typeof dropBucket>;

/** The bucket that vendors write to. */
export function dropBucket(client: S3Client) {
  return {
    /**
     * Reads exactly this version of a file.
     * @returns undefined if it no longer exists; `locked` if it is encrypted with a key that we may not use
     */
    async read({
      bucket,
      key,
      etag,
      versionId,
    }: FileVersion): Promise<AsyncIterable<Uint8Array> | 'locked' | undefined> {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: `"${etag}"` }),
        );
        // The SDK's type covers browsers too. In Node the body is a Readable.
        return Body as AsyncIterable<Uint8Array> | undefined;
      } catch (error) {
        if (isGone(error)) return undefined;
        if (isLocked(error)) return 'locked';
        throw error;
      }
    },
  };
}

const isGone = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  (['NoSuchKey', 'NoSuchVersion', 'PreconditionFailed'].includes(error.name) ||
    error.$metadata.httpStatusCode === 404 ||
    error.$metadata.httpStatusCode === 412);

/** Of a key that no retry brings back; KMS also has faults that pass. */
const KEY_FAULTS = [
  'KMS.DisabledException',
  'KMS.NotFoundException',
  'KMS.KMSInvalidStateException',
  'KMS.InvalidKeyUsageException',
];

/** A key of KMS in another account, one that is disabled, or a key that the uploader kept (SSE-C). A retry does not help. */
const isLocked = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  (KEY_FAULTS.includes(error.name) ||
    (error.name === 'AccessDenied' && /\bkms:/i.test(error.message)) ||
    (error.name === 'InvalidRequest' && /server side encryption/i.test(error.message)));
