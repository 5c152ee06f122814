import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { S3ServiceException } from '@aws-sdk/client-s3';

/** Waits for a conditional write. @returns false if its condition failed */
export async function isConditionMet(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Conditions of a write to S3 that replaces the object with this ETag (without quotes); undefined if there may be none. */
export const replacing = (etag: string | undefined): { IfNoneMatch: string } | { IfMatch: string } =>
  etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: `"${etag}"` };

/** False if S3 refused a write because of its If-Match or If-None-Match. */
export async function isPreconditionMet(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    // 409: another request writes the same key at this moment. NoSuchKey: the object that was to be replaced is gone.
    const { name, $metadata } = error instanceof S3ServiceException ? error : {};
    const status = $metadata?.httpStatusCode;
    if (status === 412 || status === 409 || name === 'NoSuchKey') return false;
    throw error;
  }
}
