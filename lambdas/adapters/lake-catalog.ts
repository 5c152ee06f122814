import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentityProvider, SourceData } from '@smithy/types';
import * as z from 'zod';
import { parseExactly, stringifyExactly } from '../contracts/exact-json.ts';
import { type LakeCatalog, tableMetadata } from './iceberg/metadata.ts';

/** Without an answer after this time, the message is retried. */
const ANSWER_MS = 30_000;
const TRIES = 3;
const FIRST_PAUSE_MS = 200;

const answer = z.object({ metadata: tableMetadata });

export type CatalogAddress = {
  /** Address of the Iceberg REST protocol, without a trailing slash: `https://glue.us-east-1.amazonaws.com/iceberg`. */
  url: string;
  region: string;
  /** Id of the Glue catalog: the account. */
  catalog: string;
  /** Prefix of the names of databases, so that two stacks can share an account. */
  databasePrefix: string;
  credentials: AwsCredentialIdentityProvider;
};

/** The Iceberg REST endpoint of Glue. */
export function lakeCatalog({ url, region, catalog, databasePrefix, credentials }: CatalogAddress): LakeCatalog {
  const signer = new SignatureV4({ service: 'glue', region, credentials, sha256: Sha256 });
  const send = async (method: 'GET' | 'POST', layer: string, table: string, body = '') => {
    const { protocol, hostname, port, pathname } = new URL(url);
    const path = `${pathname}/v1/catalogs/${catalog}/namespaces/${databasePrefix}${layer}/tables/${table}`;
    const host = port ? `${hostname}:${port}` : hostname;
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      path,
      headers: { host, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body }),
    });
    const response = await fetch(`${protocol}//${host}${path}`, {
      method,
      headers: signed.headers,
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body && { body }),
    });
    return { status: response.status, text: await response.text() };
  };
  /** Glue may be busy for a moment. A commit that is sent twice is recognized by its snapshot. */
  const sendAgain: typeof send = async (...request) => {
    const [, layer, table] = request;
    for (let tries = 1; ; tries++) {
      const answered = await send(...request).catch((error: unknown) => {
        if (tries < TRIES) return undefined;
        const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : error;
        throw new Error(`The catalog did not answer for ${layer}.${table} at ${url}: ${why}`);
      });
      const isBusy = !answered || answered.status === 429 || answered.status >= 500;
      if (answered && (!isBusy || tries === TRIES)) return answered;
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** tries);
    }
  };
  const failed = (what: string, table: string, status: number, text: string) =>
    new Error(`The catalog did not ${what} ${table}: ${status} ${text.slice(0, 500)}`);

  return {
    async load(layer, table) {
      const { status, text } = await sendAgain('GET', layer, table);
      if (status !== 200) throw failed('load', `${layer}.${table}`, status, text);
      return answer.parse(parseExactly(text)).metadata;
    },
    async commit(layer, table, change) {
      const { status, text } = await sendAgain('POST', layer, table, stringifyExactly(change));
      if (status === 409) return false;
      if (status !== 200) throw failed('change', `${layer}.${table}`, status, text);
      return true;
    },
  };
}

/** SHA-256, as the signer wants it. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: SourceData): void {
    this.#hash.update(bytesOf(data));
  }

  digest = (): Promise<Uint8Array> => Promise.resolve(this.#hash.digest());
}

function bytesOf(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
