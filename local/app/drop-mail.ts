import { randomUUID } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { asStored } from '../emulators/ses-receiving.ts';
import { clientFor } from '../engine/client-options.ts';
import type { Endpoints } from './endpoints.ts';

/** Gives a mail to a running stack, as SES does with one that it receives. @returns its key in the bucket of mails */
export async function dropMail({ s3, resources }: Endpoints, raw: Uint8Array): Promise<string> {
  const client = new S3Client(clientFor(s3));
  const Key = randomUUID();
  await client.send(new PutObjectCommand({ Bucket: resources['MailedFiles-Stored'], Key, Body: await asStored(raw) }));
  client.destroy();
  return Key;
}
