import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from '../emulators/write-whole.ts';

/** Addresses of a running local stack: `endpoints.json` in its state folder. */
const endpoints = z.object({
  s3: z.url(),
  sqs: z.url(),
  dynamodb: z.url(),
  sesv2: z.url(),
  inbox: z.url(),
  api: z.url(),
  /** Issuer of the tokens that the API accepts. */
  issuer: z.url(),
  web: z.url(),
  /** Catalog of the lake, by the Iceberg REST protocol. */
  lake: z.url(),
  /** The recorded vendor that answers instead of market-data APIs, if it runs. */
  vendors: z.url().optional(),
  dropBucket: z.string(),
  /** Names of tables and buckets, and URLs of queues, by their path in the stack, like `Drop-Deliveries-Queue`. */
  resources: z.record(z.string(), z.string()),
});

export type Endpoints = z.infer<typeof endpoints>;

export const DEFAULT_STATE = '.local';

const fileIn = (state: string): string => join(state, 'endpoints.json');

export const writeEndpoints = (state: string, value: Endpoints): void =>
  writeWhole(fileIn(state), `${JSON.stringify(value, undefined, 2)}\n`);

/** @throws Error if no stack runs with this state folder */
export function readEndpoints(state: string): Endpoints {
  try {
    return endpoints.parse(JSON.parse(readFileSync(fileIn(state), 'utf8')));
  } catch {
    const option = state === DEFAULT_STATE ? '' : ` -- --state ${state}`;
    throw new Error(
      `Expected a running local stack with the state folder ${state}, found none. Start it with: npm start${option}, or name its folder with --state DIR.`,
    );
  }
}
