import {
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isSameDelivery } from '../contracts/delivery-id.ts';
import { isPreconditionMet, replacing } from './conditional.ts';

/** Metadata of an object: the mail it came with. */
const MAIL = 'mail';

export type MailedFiles = ReturnType<typeof mailedFiles>;
/** The newest file with a key. */
export type FoundFile = {
  key: string;
  etag: string;
  /** ISO instant, to the second. */
  uploadedAt: string;
  /** The mail it came with; undefined if it was uploaded in another way. */
  mail: string | undefined;
};

/** Files in the drop bucket that vendors mailed. */
export function mailedFiles(client: S3Client, bucket: string) {
  async function head(key: string): Promise<FoundFile[]> {
    try {
      const {
        ETag = '',
        LastModified,
        Metadata,
      } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      const uploadedAt = (LastModified ?? new Date(0)).toISOString();
      return [{ key, etag: ETag.replaceAll('"', ''), uploadedAt, mail: Metadata?.[MAIL] }];
    } catch (error) {
      if (error instanceof NotFound) return [];
      throw error;
    }
  }

  return {
    /** The file with this key, and others of the same delivery, which have another suffix. */
    async find(key: string): Promise<FoundFile[]> {
      // What comes behind the date is written in any case.
      const list = { Bucket: bucket, Prefix: /^.*\d{4}-\d{2}-\d{2}(?=_[^/]*$)/s.exec(key)?.[0] ?? key };
      const found: FoundFile[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, list))
        for (const { Key = '' } of Contents) if (isSameDelivery(Key, key)) found.push(...(await head(Key)));
      return found;
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
