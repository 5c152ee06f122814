import { generateKeyPairSync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import * as z from 'zod';
import { Scope } from '../../lambdas/contracts/routes.ts';
import { countedAs } from '../../lambdas/contracts/subscriber.ts';
import { clientFor } from '../app/endpoints.ts';
import { addressOf, type Listening, listen } from '../engine/listening.ts';
import { signInPage } from './sign-in-page.ts';

export type IssuerSettings = {
  /** Where the local SES takes mail, and shows it. */
  ses: string;
  sender: string;
  /** Where the page is served. */
  webUrl: string;
  /** Mailboxes whose tokens allow what operators do. */
  operators: readonly string[];
};

const AUDIENCE = 'closing-bell';
export const CLIENT_ID = 'page';
/** Names the API at the issuer; the tokens carry AUDIENCE. */
const RESOURCE = 'urn:closing-bell:api';
const CODE_LIVES_MS = 600_000;
const GUESSES = 5;
/** Mailed to one mailbox, and to all, within the life of a code. */
const MAX_CODES = 5;
const MAX_CODES_IN_ALL = 100;

/** When codes were mailed (ms since 1970), and whom they count for. */
type Mailed = { to: string; at: number }[];

type Pending = { address: string; code: string; until: number; guesses: number };

/**
 * An OpenID Connect issuer on 127.0.0.1 that signs in whoever reads the code it mails to the local inbox: what
 * Cognito does on AWS. Sessions end with the process.
 */
export async function startIssuer(port: number, settings: IssuerSettings): Promise<Listening> {
  const server = createServer();
  const listening = await listen(server, port);
  const provider = new Provider(listening.url, configuration(settings));
  const pending = new Map<string, Pending>();
  const mailed: Mailed = [];
  const callback = provider.callback();
  server.on('request', (request, response) => {
    const address = addressOf(request);
    if (!address) return void response.writeHead(400).end();
    const uid = /^\/interaction\/([\w-]+)$/.exec(address.pathname)?.[1];
    if (!uid) return void callback(request, response);
    interact(provider, { pending, mailed }, settings, request, response).catch((error: unknown) =>
      show(response, {
        error: `This sign-in has ended (${String(error)}). Go back to the page and sign in again.`,
        inbox: settings.ses,
      }),
    );
  });
  return listening;
}

/** Asks for the address, then for the code. */
async function interact(
  provider: Provider,
  { pending, mailed }: { pending: Map<string, Pending>; mailed: Mailed },
  settings: IssuerSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  const inbox = settings.ses;
  if (request.method !== 'POST') return show(response, { inbox });
  const form = await formOf(request);
  const waiting = pending.get(uid);
  if (form.has('address')) {
    const address = z.email().safeParse(form.get('address')?.trim());
    if (!address.success) return show(response, { inbox, error: 'Expected a mail address, like ada@example.com.' });
    if (!mayMail(mailed, address.data))
      return show(response, {
        inbox,
        error: 'Several codes are on their way to this mailbox already. Use the last one, or wait ten minutes.',
      });
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    pending.set(uid, { address: address.data, code, until: Date.now() + CODE_LIVES_MS, guesses: 0 });
    await mailCode(settings, address.data, code);
    return show(response, { inbox, address: address.data });
  }
  if (!waiting || waiting.until < Date.now() || waiting.guesses++ >= GUESSES) {
    pending.delete(uid);
    return show(response, { inbox, error: 'This code has run out. Ask for a new one.' });
  }
  if (!isEqual(form.get('code')?.trim() ?? '', waiting.code))
    return show(response, { inbox, address: waiting.address, error: 'That is not the code in the mail.' });
  pending.delete(uid);
  await provider.interactionFinished(request, response, { login: { accountId: accountOf(waiting.address) } });
}

/** Counts the codes that were mailed, and not the sign-ins that wait: each of those may ask for many. */
function mayMail(mailed: Mailed, address: string): boolean {
  const now = Date.now();
  const recent = mailed.filter(({ at }) => at > now - CODE_LIVES_MS);
  const to = countedAs(address);
  if (recent.length >= MAX_CODES_IN_ALL || recent.filter((one) => one.to === to).length >= MAX_CODES) return false;
  mailed.splice(0, mailed.length, ...recent, { to, at: now });
  return true;
}

function configuration({ webUrl, operators }: IssuerSettings): Configuration {
  const addressOf = (account: string) => Buffer.from(account, 'base64url').toString();
  const isOperator = (account: string) => operators.includes(addressOf(account));
  const scopes = Object.values(Scope).join(' ');
  return {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: CLIENT_ID,
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
    ttl: { AccessToken: 3600, IdToken: 3600, Interaction: 3600, Session: 86_400, Grant: 86_400 },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: addressOf(accountId), email_verified: true }),
    }),
    extraTokenClaims: (_context, token) =>
      'accountId' in token ? { email: addressOf(String(token.accountId)), email_verified: true } : undefined,
    // Nobody is asked what they consent to: there is one page, and it is ours.
    loadExistingGrant: (context) => grantAll(context, isOperator),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: scopes,
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 3600,
        }),
      },
    },
  };
}

async function grantAll({ oidc }: KoaContextWithOIDC, isOperator: (account: string) => boolean) {
  const account = oidc.session?.accountId;
  if (!account || !oidc.client) return undefined;
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: account });
  grant.addOIDCScope('openid email');
  grant.addResourceScope(RESOURCE, Scope.subscriptions);
  if (isOperator(account)) grant.addResourceScope(RESOURCE, Scope.operations);
  else grant.rejectResourceScope(RESOURCE, Scope.operations);
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

const accountOf = (address: string): string => Buffer.from(address.toLowerCase()).toString('base64url');

async function mailCode({ ses, sender }: IssuerSettings, address: string, code: string): Promise<void> {
  const raw = [
    `From: Closing Bell <${sender}>`,
    `To: ${address}`,
    `Subject: ${code} is your code for Closing Bell`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    `${code} is your code to sign in. It works once, for ten minutes.`,
    'If you did not ask for it, do nothing.',
  ].join('\r\n');
  const client = new SESv2Client(clientFor(ses));
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: sender,
      Destination: { ToAddresses: [address] },
      Content: { Raw: { Data: Buffer.from(raw) } },
    }),
  );
  client.destroy();
}

function show(response: ServerResponse, page: Parameters<typeof signInPage>[0]): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(signInPage(page));
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function isEqual(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
