import { HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isPreconditionMet, replacing } from './conditional.ts';

/** Metadata of an object: the mail it came with. */
const MAIL = 'mail';

export type MailedFiles = ReturnType<typeof mailedFiles>;
/** The newest file with a name. */
export type FoundFile = {
  etag: string;
  /** ISO instant, to the second. */
  uploadedAt: string;
  /** The mail it came with; undefined if it was uploaded in another way. */
  mail: string | undefined;
};

/** Files in the drop bucket that vendors mailed. */
export function mailedFiles(client: S3Client, bucket: string) {
  return {
    /** The newest file with this name; undefined if there is none. */
    async find(key: string): Promise<FoundFile | undefined> {
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return {
          etag: (head.ETag ?? '').replaceAll('"', ''),
          uploadedAt: (head.LastModified ?? new Date(0)).toISOString(),
          mail: head.Metadata?.[MAIL],
        };
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    /**
     * Uploads a file.
     * @param etag of the file that it replaces; undefined if there was none
     * @param mail it came with
     * @returns false if there is another one now
     */
    upload(key: string, bytes: Uint8Array, etag: string | undefined, mail: string): Promise<boolean> {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        Metadata: { [MAIL]: mail },
        ...replacing(etag),
      });
      return isPreconditionMet(client.send(put));
    },
  };
}
