import { NoAnswer } from '../adapters/market-api.ts';
import { type CollectSettings, paceOf } from '../contracts/collect.ts';
import { fault } from '../domain/collect/answers.ts';
import { backoff } from '../domain/collect/backoff.ts';
import type { KeptAnswer } from '../domain/collect/kept-answers.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type Endpoint,
  type Fault,
  isFault,
  type Provider,
} from '../domain/collect/provider.ts';
import type { Invocation } from '../runtime/invocation.ts';
import type { CollectPorts } from './ports.ts';

/** More pages than any real answer has. */
const MAX_PAGES = 200;
/** No request starts this shortly before the end of an invocation. */
const STOP_MS = 45_000;

/** The invocation ends before the answer could be kept: the next one asks again. */
export class OutOfTime extends Error {}

export type Asking = {
  provider: Provider;
  endpoint: Pick<Endpoint<unknown>, 'read'>;
  settings: CollectSettings;
  key: string | undefined;
  invocation: Invocation;
};

/**
 * Asks one request and follows its pages. Answers are kept without the key, also where a provider repeats it.
 * @throws OutOfTime, and errors of other ports than the API
 */
export async function ask(ports: CollectPorts, asking: Asking, request: ApiRequest): Promise<KeptAnswer> {
  const kept: KeptAnswer = { request, pages: [], askedAt: asking.invocation.now(), ms: [], retries: 0 };
  const seen = new Set<string>();
  for (let url: string | undefined = request.url; url !== undefined; ) {
    const refused = seen.has(url)
      ? 'a page that leads back to itself'
      : seen.size >= MAX_PAGES
        ? `more than ${MAX_PAGES} pages`
        : foreignAddress(url, asking.provider, request);
    if (refused) return { ...kept, fault: fault('shape', `found ${refused}`) };
    seen.add(url);
    const answer: Answered = await askPage(ports, asking, { ...request, url }, kept);
    if ('fault' in answer) {
      const { fault: kind, message, isSilent } = answer;
      return { ...kept, fault: { fault: kind, message }, ...(isSilent && { isSilent }) };
    }
    kept.pages.push({ url, status: answer.status, body: answer.body });
    url = answer.next;
  }
  return kept;
}

/** The address of a next page comes from outside: it must be on the host that was asked. */
function foreignAddress(url: string, { hosts }: Provider, request: ApiRequest): string | undefined {
  if (!URL.canParse(url)) return 'an address of a next page that is none';
  const { protocol, host, username } = new URL(url);
  const isSame = host === new URL(request.url).host && hosts.includes(host);
  return protocol === 'https:' && isSame && username === '' ? undefined : `an address of another host, ${host}`;
}

/** `isSilent`: the provider did not answer, or is out of order. */
type Answered = (Fault & { isSilent?: boolean }) | { status: number; body: string; next: string | undefined };

/** One page, with tries. */
async function askPage(ports: CollectPorts, asking: Asking, request: ApiRequest, kept: KeptAnswer): Promise<Answered> {
  const { settings, invocation } = asking;
  for (let tries = 1; ; tries++) {
    const answer = await askOnce(ports, asking, request, kept);
    if (!('fault' in answer) || answer.fault !== 'retry' || tries >= settings.tries) return answer;
    const waitMs = backoff(tries, answer.retryAfterMs, ports.random());
    // A provider that wants to be asked later than this invocation ends is asked by the next run.
    if (invocation.now() + waitMs > invocation.deadline - STOP_MS) return answer;
    await ports.wait(waitMs);
    kept.retries++;
  }
}

/** One try, in its turn. @throws OutOfTime */
async function askOnce(ports: CollectPorts, asking: Asking, request: ApiRequest, kept: KeptAnswer): Promise<Answered> {
  const { provider, endpoint, settings, invocation } = asking;
  const pace = paceOf(provider.name, settings);
  const slot = await ports.runs.take(provider.name, pace, invocation.now(), invocation.deadline - STOP_MS);
  if (slot === 'quota') return { fault: 'quota', message: `all ${pace.perDay} requests of the day were sent` };
  if (slot === 'late') throw new OutOfTime('The invocation ends; the run goes on in the next one.');
  if (slot.waitMs > 0) await ports.wait(slot.waitMs);
  const response = await send(ports, asking, request.url, kept);
  if ('fault' in response) return { ...response, isSilent: true };
  const page = endpoint.read(response, request);
  if (isFault(page)) return { ...page, isSilent: response.status >= 500 };
  return { status: response.status, body: response.body, next: page.next };
}

/** Sends a request with its key. Neither the key nor the address with it leaves this function. */
async function send(
  { api }: CollectPorts,
  { provider: { auth }, key, settings, invocation }: Asking,
  url: string,
  kept: KeptAnswer,
): Promise<ApiResponse | Fault> {
  const address = new URL(url);
  const headers: Record<string, string> = {};
  if (auth && key !== undefined) {
    if ('header' in auth) headers[auth.header] = `${auth.prefix ?? ''}${key}`;
    else address.searchParams.set(auth.parameter, key);
  }
  const started = invocation.now();
  try {
    const response = await api.get(address.href, headers, settings.timeoutMs);
    return { ...response, body: withoutKey(response.body, key) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { fault: 'retry', message: withoutKey(error.message, key) };
  } finally {
    kept.ms.push(invocation.now() - started);
  }
}

const REDACTED = '[key]';

/** Some answers repeat the key: as it is, as a part of an address, or escaped in JSON. */
function withoutKey(text: string, key: string | undefined): string {
  if (!key) return text;
  const [, inQuery = ''] = String(new URLSearchParams({ key })).split('=');
  const forms = new Set([key, inQuery, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)]);
  return [...forms].reduce((clean, form) => replaceAllCases(clean, form), text);
}

/** Percent-encoding has two cases. */
const replaceAllCases = (text: string, form: string): string =>
  form.includes('%')
    ? text.replaceAll(new RegExp(RegExp.escape(form), 'gi'), REDACTED)
    : text.replaceAll(form, REDACTED);
