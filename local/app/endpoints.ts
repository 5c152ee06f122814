import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from './write-whole.ts';

/** Where a running local stack is reached: `endpoints.json` in its state folder. */
const endpoints = z.object({
  s3: z.url(),
  sqs: z.url(),
  dynamodb: z.url(),
  sesv2: z.url(),
  inbox: z.url(),
  api: z.url(),
  /** Issuer of the tokens that the API takes. */
  issuer: z.url(),
  web: z.url(),
  dropBucket: z.string(),
  /** Physical names of the tables and buckets by their place in the stack, for tools and tests. */
  resources: z.record(z.string(), z.string()),
});

export type Endpoints = z.infer<typeof endpoints>;

export const DEFAULT_STATE = '.local';

const fileIn = (state: string): string => join(state, 'endpoints.json');

export const writeEndpoints = (state: string, value: Endpoints): void =>
  writeWhole(fileIn(state), `${JSON.stringify(value, undefined, 2)}\n`);

/** @throws Error where no stack runs over this folder */
export function readEndpoints(state: string): Endpoints {
  try {
    return endpoints.parse(JSON.parse(readFileSync(fileIn(state), 'utf8')));
  } catch {
    const option = state === DEFAULT_STATE ? '' : ` -- --state ${state}`;
    throw new Error(
      `Expected a running local stack over ${state}, found none. Start it with: npm start${option}, or say with --state DIR where it runs.`,
    );
  }
}

/** SDK settings for one endpoint; the emulators ask for credentials but not for which. */
export const clientFor = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
