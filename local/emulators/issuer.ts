import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import * as z from 'zod';
import { addressOf, type Listening, listen } from '../engine/listening.ts';
import { configuration, type IssuerSettings, subjectOf } from './issuer-configuration.ts';
import { type MailedCodes, mailedCodes } from './mailed-codes.ts';
import { signInPage } from './sign-in-page.ts';

/**
 * Starts an OpenID Connect issuer on 127.0.0.1: the local replacement of Cognito. People sign in with a code that is mailed to the local
 * inbox. Sessions end with the process.
 */
export async function startIssuer(port: number, settings: IssuerSettings): Promise<Listening> {
  const server = createServer();
  const listening = await listen(server, port);
  const provider = new Provider(listening.url, configuration(settings));
  const codes = mailedCodes(settings);
  const callback = provider.callback();
  server.on('request', (request, response) => {
    const address = addressOf(request);
    if (!address) return void response.writeHead(400).end();
    const uid = /^\/interaction\/([\w-]+)$/.exec(address.pathname)?.[1];
    if (!uid) return void callback(request, response);
    interact(provider, codes, settings, request, response).catch((error: unknown) =>
      show(response, {
        error: `This sign-in has ended (${String(error)}). Go back to the page and sign in again.`,
        inbox: settings.ses,
      }),
    );
  });
  return listening;
}

/** Asks for the mail address, then for the code. */
async function interact(
  provider: Provider,
  codes: MailedCodes,
  { ses: inbox }: IssuerSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') return show(response, { inbox });
  const form = await formOf(request);
  if (form.has('address')) {
    const address = z.email().safeParse(form.get('address')?.trim());
    if (!address.success) return show(response, { inbox, error: 'Expected a mail address, like ada@example.com.' });
    if (await codes.send(uid, address.data)) return show(response, { inbox, address: address.data });
    const error = 'Several codes were mailed to this mailbox already. Use the last one, or wait ten minutes.';
    return show(response, { inbox, error });
  }
  const result = codes.check(uid, form.get('code')?.trim() ?? '');
  if (result.status === 'expired') return show(response, { inbox, error: 'This code has expired. Get a new one.' });
  const { address, status } = result;
  if (status === 'wrong') return show(response, { inbox, address, error: 'This is not the code in the mail.' });
  await provider.interactionFinished(request, response, { login: { accountId: subjectOf(address) } });
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
