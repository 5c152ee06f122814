import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { LinkKeys } from '../domain/links/link-token.ts';

/** Cache time. After a rotation a function uses the old key for up to this long. */
const CACHE_MS = 300_000;

/**
 * Reads the keys that sign links: the current and the previous version of a secret, so that the secret can be rotated at any time.
 * @param secret its ARN
 */
export function linkKeys(client: SecretsManagerClient, secret: string, now: () => number): () => Promise<LinkKeys> {
  let cached: { keys: Promise<LinkKeys>; until: number } | undefined;
  return () => {
    if (!cached || cached.until < now()) {
      const keys = readKeys(client, secret);
      cached = { keys, until: now() + CACHE_MS };
      // Do not cache a failure.
      keys.catch(() => {
        cached = undefined;
      });
    }
    return cached.keys;
  };
}

async function readKeys(client: SecretsManagerClient, secret: string): Promise<LinkKeys> {
  const [current, previous] = await Promise.all([
    version(client, secret, 'AWSCURRENT'),
    version(client, secret, 'AWSPREVIOUS'),
  ]);
  if (!current) throw new Error(`Expected a key in the secret ${secret}, found none.`);
  return { current, ...(previous && { previous }) };
}

async function version(client: SecretsManagerClient, SecretId: string, VersionStage: string) {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  } catch (error) {
    // Before its first rotation a secret has no previous version.
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
