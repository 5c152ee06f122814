import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { declarationsKey } from '../contracts/delivery-id.ts';
import { isPreconditionMet, replacing } from './conditional.ts';

export type DeclarationFiles = ReturnType<typeof declarationFiles>;

/** The files of declarations in the drop bucket, one a day. */
export function declarationFiles(client: S3Client, bucket: string) {
  return {
    /** The file of a date (ISO), with its ETag without quotes; undefined if there is none. */
    async read(date: string): Promise<{ text: string; etag: string } | undefined> {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: declarationsKey(date) }));
        return { text: (await Body?.transformToString()) ?? '', etag: (ETag ?? '').replaceAll('"', '') };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    /**
     * Writes the file of a date.
     * @param etag of the file that it replaces; undefined if there was none
     * @returns false if there is another one now
     */
    write(date: string, text: string, etag: string | undefined): Promise<boolean> {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: declarationsKey(date),
        Body: text,
        ContentType: 'text/csv; charset=utf-8',
        ...replacing(etag),
      });
      return isPreconditionMet(client.send(put));
    },
  };
}
