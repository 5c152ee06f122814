import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientFor } from '../engine/client-options.ts';
import type { Endpoints } from './endpoints.ts';

/** Uploads a file to the drop bucket of a running stack. @param key its own name by default */
export async function dropFile({ s3, dropBucket }: Endpoints, file: string, key = basename(file)): Promise<void> {
  const client = new S3Client(clientFor(s3));
  await client.send(
    new PutObjectCommand({
      Bucket: dropBucket,
      Key: key,
      Body: createReadStream(file),
      ContentLength: statSync(file).size,
    }),
  );
  client.destroy();
}
