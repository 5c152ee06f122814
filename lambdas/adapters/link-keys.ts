import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { LinkKeys } from '../domain/links/link-token.ts';

/** A rotated key is in use everywhere after this. */
const KEPT_MS = 300_000;

/**
 * The keys that links are signed with: the current version of a secret, and the one before it, so that a new one
 * can be put there at any time.
 */
export function linkKeys(client: SecretsManagerClient, secret: string, now: () => number): () => Promise<LinkKeys> {
  let kept: { keys: Promise<LinkKeys>; until: number } | undefined;
  return () => {
    if (!kept || kept.until < now()) {
      const keys = readKeys(client, secret);
      kept = { keys, until: now() + KEPT_MS };
      // A failure must not be remembered.
      keys.catch(() => {
        kept = undefined;
      });
    }
    return kept.keys;
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
