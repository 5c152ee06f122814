import { PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { isPreconditionMet } from './conditional.ts';
import { objectBytes } from './object-bytes.ts';

export type RecordsBucket = ReturnType<typeof recordsBucket>;

/** The bucket with the reports, manifests, quarantine files and change lists of deliveries, and the profiles of feeds. */
export function recordsBucket(client: S3Client, bucket: string) {
  return {
    async put(key: string, body: Uint8Array | string, contentType: string): Promise<void> {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }));
    },

    /** Writes an object, unless there is one. @returns false if there is one, or another request writes it at this moment */
    putNew(key: string, body: Uint8Array | string, contentType: string): Promise<boolean> {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        IfNoneMatch: '*',
      });
      return isPreconditionMet(client.send(put));
    },

    /** All keys with a prefix. */
    async list(prefix: string): Promise<string[]> {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
        keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
      return keys;
    },

    /** The bytes of an object; undefined if it does not exist. */
    get: (key: string): Promise<Uint8Array | undefined> => objectBytes(client, bucket, key),
  };
}
