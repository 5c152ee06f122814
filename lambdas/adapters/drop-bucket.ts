import { GetObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';

/** One version of an object, as its event names it. */
type DroppedObject = Omit<DeliveryRecord['object'], 'size'>;

export type DropBucket = ReturnType<typeof dropBucket>;

/** The bucket vendors write to. */
export function dropBucket(client: S3Client) {
  return {
    /** The bytes of this very version, or undefined where it is gone: then a newer event speaks for the file. */
    async read({ bucket, key, etag, versionId }: DroppedObject): Promise<AsyncIterable<Uint8Array> | undefined> {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: `"${etag}"` }),
        );
        // The SDK types the body for browsers too; in Node it is a Readable.
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
