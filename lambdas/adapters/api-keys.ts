import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { ProviderName } from '../contracts/collect.ts';

/** Cache time. After a rotation a function uses the old key for up to this long. */
const CACHE_MS = 300_000;
const stored = z.record(z.string(), z.string());

/** The key of a provider; undefined if there is none. */
export type ApiKeys = (provider: ProviderName) => Promise<string | undefined>;

/**
 * Keys of market-data APIs from one secret, a JSON object like `{"polygon": "…"}`.
 * @param secret its ARN
 */
export function apiKeys(client: SecretsManagerClient, secret: string, now: () => number): ApiKeys {
  let cached: { keys: Promise<Record<string, string>>; until: number } | undefined;
  return async (provider) => {
    if (!cached || cached.until < now()) {
      cached = { keys: readKeys(client, secret), until: now() + CACHE_MS };
      // Do not cache a failure.
      cached.keys.catch(() => {
        cached = undefined;
      });
    }
    return keyIn((await cached.keys)[provider], provider);
  };
}

/** Not printable, or not ASCII: no header can have it. */
const NOT_IN_KEY = /[^\x21-\x7e]/;

/** A key without the line break that editors add; undefined if there is none. @throws Error without the key */
export function keyIn(text: string | undefined, provider: ProviderName): string | undefined {
  const key = text?.trim();
  if (key && NOT_IN_KEY.test(key))
    throw new Error(`Expected a key of ${provider} without spaces and special characters, found some.`);
  return key || undefined;
}

async function readKeys(client: SecretsManagerClient, secret: string): Promise<Record<string, string>> {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  const { success, data } = stored.safeParse(parsed(SecretString));
  // The value is not shown: it has the keys.
  if (!success)
    throw new Error(`Expected a JSON object like {"polygon": "…"} in the secret ${secret}, found something else.`);
  return data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
