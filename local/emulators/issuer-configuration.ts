import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import type { CodeSettings } from './mailed-codes.ts';

export type IssuerSettings = CodeSettings & {
  /** Address of the page. */
  webUrl: string;
  /** Client id of the page. */
  clientId: string;
  /** Audience of access tokens. */
  audience: string;
  /** Scopes for everybody, and for operators only. */
  scopes: { own: string; operators: string };
  /** Mail addresses of operators. */
  operators: readonly string[];
};

/** Identifies the API at the issuer; tokens have the audience instead. */
const RESOURCE = 'urn:local:api';
const HOUR = 3600;
const DAY = 24 * HOUR;

/** The subject of a mailbox: its address in base64url. */
export const subjectOf = (address: string): string => Buffer.from(address.toLowerCase()).toString('base64url');
const addressOf = (subject: string): string => Buffer.from(subject, 'base64url').toString();

/** Configuration of oidc-provider: one public client, JWT access tokens with `email`, no consent page. */
export function configuration({ webUrl, clientId, audience, scopes, operators }: IssuerSettings): Configuration {
  return {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: clientId,
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${webUrl}/`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    clientBasedCORS: () => true,
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    jwks: { keys: [{ ...signingKey(), use: 'sig', alg: 'RS256' }] },
    ttl: { AccessToken: HOUR, IdToken: HOUR, Interaction: HOUR, Session: DAY, Grant: DAY },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: addressOf(accountId), email_verified: true }),
    }),
    extraTokenClaims: (_context, token) =>
      'accountId' in token ? { email: addressOf(String(token.accountId)), email_verified: true } : undefined,
    loadExistingGrant: (context) => grantScopes(context, scopes, (subject) => operators.includes(addressOf(subject))),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: `${scopes.own} ${scopes.operators}`,
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: HOUR,
        }),
      },
    },
  };
}

/** Grants all scopes of a subject without asking: there is one client. */
async function grantScopes(
  { oidc }: KoaContextWithOIDC,
  scopes: IssuerSettings['scopes'],
  isOperator: (subject: string) => boolean,
) {
  const subject = oidc.session?.accountId;
  if (!subject || !oidc.client) return undefined;
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: subject });
  grant.addOIDCScope('openid email');
  grant.addResourceScope(RESOURCE, scopes.own);
  if (isOperator(subject)) grant.addResourceScope(RESOURCE, scopes.operators);
  else grant.rejectResourceScope(RESOURCE, scopes.operators);
  await grant.save();
  return grant;
}

function signingKey() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }) as {
    kty: 'RSA';
    n: string;
    e: string;
  };
}
