import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientFor, type Endpoints } from './endpoints.ts';

/** Puts a file into the drop bucket of a running stack, under its own name. */
export async function dropFile({ s3, dropBucket }: Endpoints, file: string, key = basename(file)): Promise<void> {
  const stats = statSync(file);
  if (!stats.isFile()) throw new Error(`Expected a file to drop, found something else at ${file}.`);
  const client = new S3Client(clientFor(s3));
  await client.send(
    new PutObjectCommand({ Bucket: dropBucket, Key: key, Body: createReadStream(file), ContentLength: stats.size }),
  );
  client.destroy();
}
