import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { LakeObjects } from './iceberg/metadata.ts';

/** The objects of the lake in S3. */
export function lakeObjects(client: S3Client): LakeObjects {
  return {
    async put(uri, body) {
      await client.send(new PutObjectCommand({ ...placeOf(uri), Body: body }));
    },
    async get(uri) {
      try {
        const { Body } = await client.send(new GetObjectCommand(placeOf(uri)));
        if (Body) return await Body.transformToByteArray();
      } catch (error) {
        if (!(error instanceof NoSuchKey)) throw error;
      }
      throw new Error(`Expected the object ${uri} of the lake, found none: it was deleted. See the runbook, lake.`);
    },
  };
}

function placeOf(uri: string): { Bucket: string; Key: string } {
  const [, Bucket, Key] = /^s3[an]?:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!Bucket || !Key) throw new Error(`Expected an object like s3://bucket/key, found "${uri}".`);
  return { Bucket, Key };
}
