import type { ApiResponse } from '../domain/collect/provider.ts';

/** More is no answer to a question of ours. */
const MAX_BYTES = 64 << 20;
const DATE_RETRY_LIMIT_MS = 3_600_000;

/** The API did not answer: no connection, too slow, cut off, or too long. */
export class NoAnswer extends Error {}

export type MarketApi = ReturnType<typeof marketApi>;

/**
 * Sends requests to market-data APIs.
 * @param vendors address of a recorded vendor on this machine, which answers instead of all of them; undefined asks the real ones
 */
export function marketApi(vendors: string | undefined) {
  return {
    /**
     * One GET; redirects are answers.
     * @param url HTTPS; the caller has checked its host
     * @throws NoAnswer
     */
    async get(url: string, headers: Record<string, string>, timeoutMs: number): Promise<ApiResponse> {
      try {
        const response = await fetch(vendors === undefined ? url : recorded(vendors, url), {
          headers: { accept: '*/*', 'user-agent': 'Mozilla/5.0 (compatible; closing-bell)', ...headers },
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        });
        const retryAfterMs = retryAfter(response.headers.get('retry-after'), Date.now());
        return {
          status: response.status,
          body: await textOf(response),
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        };
      } catch (error) {
        throw new NoAnswer(reasonOf(error, timeoutMs));
      }
    },
  };
}

/** `http://127.0.0.1:4708/api.massive.com/v2/…` */
function recorded(vendors: string, url: string): string {
  const { host, pathname, search } = new URL(url);
  return `${vendors}/${host}${pathname}${search}`;
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`an answer of more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** `Retry-After` in seconds, or as a date. */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), DATE_RETRY_LIMIT_MS) : undefined;
}

/** Without the address: it may have the key. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const cause = error.cause instanceof Error && 'code' in error.cause ? ` (${String(error.cause.code)})` : '';
  return `no answer: ${error.message}${cause}`;
}
