import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { s3Client } from './clients.ts';

export type UploadLinks = ReturnType<typeof uploadLinks>;

/** Forms with which somebody without an AWS account uploads one file to the drop bucket. */
export function uploadLinks(bucket: string) {
  const client = s3Client();
  return {
    /** S3 refuses another key, a larger file, and the form after it has run out. */
    async linkFor(key: string, { maxBytes, seconds }: { maxBytes: number; seconds: number }) {
      const { url, fields } = await createPresignedPost(client, {
        Bucket: bucket,
        Key: key,
        Conditions: [['content-length-range', 1, maxBytes]],
        Expires: seconds,
      });
      return { url, fields };
    },
  };
}
