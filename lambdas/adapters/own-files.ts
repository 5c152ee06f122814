import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isPreconditionMet, replacing } from './conditional.ts';

export type OwnFiles = ReturnType<typeof ownFiles>;

/** Files that we write into the drop bucket ourselves: those of collectors, of the smoke test, and of declarations. */
export function ownFiles(client: S3Client, bucket: string) {
  return {
    /** A file, with its ETag without quotes; undefined if there is none. */
    async read(key: string): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        return { bytes, etag: (ETag ?? '').replaceAll('"', '') };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    /**
     * Writes a file.
     * @param etag of the file that it replaces; undefined if there was none
     * @returns false if there is another one now
     */
    write(key: string, bytes: Uint8Array, etag: string | undefined): Promise<boolean> {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentType: 'text/plain; charset=utf-8',
        ...replacing(etag),
      });
      return isPreconditionMet(client.send(put));
    },
  };
}
