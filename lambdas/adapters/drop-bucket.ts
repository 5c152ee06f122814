import { GetObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';

type FileVersion = Omit<DeliveryRecord['file'], 'size'>;

export type DropBucket = ReturnType<typeof dropBucket>;

/** The bucket that vendors write to. */
export function dropBucket(client: S3Client) {
  return {
    /** Reads exactly this version of a file. @returns undefined if it no longer exists */
    async read({ bucket, key, etag, versionId }: FileVersion): Promise<AsyncIterable<Uint8Array> | undefined> {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: `"${etag}"` }),
        );
        // The SDK's type covers browsers too. In Node the body is a Readable.
        return Body as AsyncIterable<Uint8Array> | undefined;
      } catch (error) {
        if (isGone(error)) return undefined;
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
