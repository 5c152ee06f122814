import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Scope } from '../../lambdas/contracts/scopes.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';

/** Signs in at a local stack as the page does, with the code from the inbox. @returns an access token */
export async function signIn({ issuer, web, inbox }: Endpoints, address: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const cookies = new Map<string, string>();
  /** Follows redirects until the page's own address. */
  const visit = async (url: string, form?: Record<string, string>): Promise<string> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const next = response.headers.get('location');
    if (!next) return url;
    const target = new URL(next, url).href;
    return target.startsWith(`${web}/`) ? target : visit(target);
  };
  const query = new URLSearchParams({
    client_id: 'page',
    redirect_uri: `${web}/`,
    response_type: 'code',
    scope: ['openid', 'email', ...Object.values(Scope)].join(' '),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const form = await visit(`${issuer}/auth?${query}`);
  await visit(form, { address });
  const back = new URL(await visit(form, { code: await codeTo(inbox, address) }));
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'page',
      redirect_uri: `${web}/`,
      code: back.searchParams.get('code') ?? '',
      code_verifier: verifier,
    }),
  });
  const { access_token: token } = await answer.json();
  if (!token) throw new Error(`Expected a token for ${address}, found the address ${back.href}.`);
  return token;
}

async function codeTo(inbox: string, address: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++, await sleep(100)) {
    const mails: { to: string; subject: string }[] = await (await fetch(`${inbox}/mails`)).json();
    const found = mails.find(({ to, subject }) => to === address && /is your code/.test(subject));
    if (found) return found.subject.slice(0, 6);
  }
  throw new Error(`Expected a mail with a code to ${address}, found none.`);
}
