import type { S3Client } from '@aws-sdk/client-s3';
import { objectBytes } from './object-bytes.ts';

export type MailsBucket = ReturnType<typeof mailsBucket>;

/** The bucket in which SES stores mails of vendors. */
export function mailsBucket(client: S3Client, bucket: string) {
  return {
    /** A mail as it came; undefined if it is gone. */
    read: (key: string): Promise<Uint8Array | undefined> => objectBytes(client, bucket, key),
  };
}
