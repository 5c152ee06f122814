import type { FoundFile, MailedFiles } from '../../../lambdas/adapters/mailed-files.ts';
import { isSameDelivery } from '../../../lambdas/contracts/delivery-id.ts';

/** A bucket in memory: the newest version of each key, and how to upload one. */
type Bucket = {
  newest(): Iterable<FoundFile>;
  upload(key: string, content: Buffer, mail: string): void;
};

/** Files that vendors mailed, in a bucket in memory. */
export const memoryMailedFiles = ({ newest, upload }: Bucket): MailedFiles => ({
  find: async (key) => [...newest()].filter((one) => isSameDelivery(one.key, key)),
  upload: async (key, bytes, etag, mail) => {
    if ([...newest()].find((one) => one.key === key)?.etag !== etag) return false;
    upload(key, Buffer.from(bytes), mail);
    return true;
  },
});
