import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, SignJWT } from 'jose';
import { listen } from '../../local/engine/listening.ts';

export type TestIssuer = Awaited<ReturnType<typeof startTestIssuer>>;

/** The smallest issuer: a key, its discovery document, and tokens signed with it. */
export async function startTestIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    const isKeys = request.url === '/keys';
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { jwks_uri: `http://${request.headers.host}/keys` }));
  });
  const listening = await listen(server, 0);
  return {
    ...listening,
    token: (
      claims: Record<string, unknown>,
      { issuer = listening.url, audience = 'closing-bell', expires = '1h' } = {},
    ) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'test' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject('account-1')
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey),
  };
}
