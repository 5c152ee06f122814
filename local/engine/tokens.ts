import type { IncomingMessage } from 'node:http';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';

export type Issuer = { issuer: string; audience: string[] };

/** Key sets of issuers, from their discovery documents. Cached. */
export function keySets() {
  const sets = new Map<string, Promise<ReturnType<typeof createRemoteJWKSet>>>();
  return (issuer: string) => {
    const known = sets.get(issuer);
    if (known !== undefined) return known;
    const made = fetch(`${issuer}/.well-known/openid-configuration`)
      .then(async (response) => z.object({ jwks_uri: z.url() }).parse(await response.json()))
      .then(({ jwks_uri }) => createRemoteJWKSet(new URL(jwks_uri)));
    sets.set(issuer, made);
    made.catch(() => sets.delete(issuer));
    return made;
  };
}

/** The claims of the request's token; undefined if it is missing, or its signature, issuer, audience or time is wrong. */
export async function verified(
  { headers }: IncomingMessage,
  { issuer, audience }: Issuer,
  keysOf: ReturnType<typeof keySets>,
): Promise<JWTPayload | undefined> {
  const token = headers.authorization?.replace(/^Bearer /i, '');
  if (!token) return undefined;
  try {
    const { payload } = await jwtVerify(token, await keysOf(issuer), { issuer });
    const meant = [payload.aud, payload['client_id']].flat();
    return audience.some((one) => meant.includes(one)) ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** True if the token has one of the scopes. */
export const allows = (claims: JWTPayload, scopes: readonly string[]): boolean =>
  scopes.length === 0 ||
  scopes.some((wanted) => [claims['scope'], claims['scp']].flat().join(' ').split(' ').includes(wanted));
