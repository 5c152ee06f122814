import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientFor } from '../engine/client-options.ts';
import type { Endpoints } from './endpoints.ts';

const DAY_MS = 86_400_000;
/** A file with a later date is rejected. */
const MAX_DAYS = 7;
/** What `npm run drop` takes beside files: `AAPL=318.20`. */
export const CLOSE = /^([^=/]+)=(\d+(?:\.\d+)?)$/;

/**
 * Uploads closes as the file of the first day after today that has no file, so that alerts can fire by it.
 * @param closes like `AAPL=318.20`
 * @returns the key of the file
 */
export async function dropCloses(
  { s3, dropBucket }: Endpoints,
  closes: readonly string[],
  now = Date.now(),
): Promise<string> {
  const client = new S3Client(clientFor(s3));
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: dropBucket }));
  const taken = new Set(Contents.flatMap(({ Key }) => /^(\d{4}-\d\d-\d\d)_/.exec(Key ?? '')?.[1] ?? []));
  // An alert that is made now may start with the close of today.
  let day = now + DAY_MS;
  const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
  while (taken.has(dateOf(day))) day += DAY_MS;
  if (day > now + MAX_DAYS * DAY_MS) {
    client.destroy();
    throw new Error(
      `The next ${MAX_DAYS} days have a file already, and later ones are rejected. Drop a file of your own.`,
    );
  }
  const date = dateOf(day);
  const rows = closes.map((one) => CLOSE.exec(one)).map((match) => `${match?.[1]},${match?.[2]},${date},I\n`);
  const Key = `${date}_incremental.csv`;
  const Body = `ticker,Closing Val,Timestamp,Action\n${rows.join('')}`;
  await client.send(new PutObjectCommand({ Bucket: dropBucket, Key, Body }));
  client.destroy();
  return Key;
}
