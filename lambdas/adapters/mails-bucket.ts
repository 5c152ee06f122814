import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

export type MailsBucket = ReturnType<typeof mailsBucket>;

/** The bucket in which SES stores mails of vendors. */
export function mailsBucket(client: S3Client, bucket: string) {
  return {
    /** A mail as it came; undefined if it is gone. */
    async read(key: string): Promise<Uint8Array | undefined> {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
