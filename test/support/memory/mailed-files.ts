import type { FoundFile, MailedFiles } from '../../../lambdas/adapters/mailed-files.ts';

/** A bucket in memory: the newest version of a key, and how to upload one. */
type Bucket = {
  find(key: string): FoundFile | undefined;
  upload(key: string, content: Buffer, mail: string): void;
};

/** Files that vendors mailed, in a bucket in memory. */
export const memoryMailedFiles = ({ find, upload }: Bucket): MailedFiles => ({
  find: async (key) => find(key),
  upload: async (key, bytes, etag, mail) => {
    if (find(key)?.etag !== etag) return false;
    upload(key, Buffer.from(bytes), mail);
    return true;
  },
});
