import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

const EXPIRES_SECONDS = 900;

export type TriedFiles = ReturnType<typeof triedFiles>;

/** The bucket for files that operators try and that are too large for a request. */
export function triedFiles(bucket: string) {
  // The checksum of the upload is not known when its address is signed.
  const client = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  return {
    /** An address to which the file may be put, for 15 minutes. */
    uploadUrl: (id: string): Promise<string> =>
      getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: id }), { expiresIn: EXPIRES_SECONDS }),

    /** The uploaded file; undefined if there is none. */
    async read(id: string): Promise<{ body: AsyncIterable<Uint8Array>; size: number } | undefined> {
      try {
        const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: id }));
        // The SDK's type covers browsers too. In Node the body is a Readable.
        return Body && { body: Body as unknown as AsyncIterable<Uint8Array>, size: ContentLength };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
