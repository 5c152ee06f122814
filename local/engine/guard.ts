import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const HERE = new Set(['127.0.0.1', 'localhost', '[::1]']);
const ALLOW_ORIGIN = 'access-control-allow-origin';

/**
 * Limits a server to programs and pages of this machine. Otherwise any web page could use it: through a host name that resolves to
 * 127.0.0.1 (DNS rebinding), or because the server allows all origins.
 * @param allowsOpaqueOrigins true if pages of the server post forms without a referrer: browsers send the origin `null` then
 */
export function guarded<S extends Server>(server: S, { allowsOpaqueOrigins = false } = {}): S {
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...args: unknown[]) => {
    if (event !== 'request') return emit(event, ...args);
    const [request, response] = args as [IncomingMessage, ServerResponse];
    const problem = problemOf(request, allowsOpaqueOrigins);
    if (problem) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(`${problem}\n`);
      return true;
    }
    narrowOrigins(request, response);
    try {
      return emit(event, ...args);
    } catch {
      // A malformed request must not stop the stack.
      if (!response.headersSent) response.writeHead(400);
      response.end();
      return true;
    }
  };
  return server;
}

/** Why a request is refused; undefined if it is allowed. */
function problemOf({ headers }: IncomingMessage, allowsOpaqueOrigins: boolean): string | undefined {
  const { host = '', origin } = headers;
  if (!HERE.has(host.replace(/:\d+$/, '')))
    return `The local stack answers requests to 127.0.0.1 only, found "${host}".`;
  // Images and scripts of another site have no origin. A followed link may come from any site.
  const isForeign = headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
  const isOwnForm = origin === 'null' && allowsOpaqueOrigins && headers['sec-fetch-site'] !== 'cross-site';
  if (!isForeign && (origin === undefined || isOwnForm)) return undefined;
  const from = origin !== undefined && URL.canParse(origin) ? new URL(origin).hostname : '';
  return HERE.has(from) ? undefined : `The local stack answers pages of this machine only, found "${origin}".`;
}

/** Replaces the allowed origin `*` of an emulator by the origin of the request, which is on this machine. */
function narrowOrigins({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  const narrowed = (value: unknown) => (value === '*' ? origin : value);
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    if (response.getHeader(ALLOW_ORIGIN) === '*') {
      if (origin) response.setHeader(ALLOW_ORIGIN, origin);
      else response.removeHeader(ALLOW_ORIGIN);
    }
    const headers = rest.map((part) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(
            Object.entries(part)
              .map(([name, value]) => [name, name.toLowerCase() === ALLOW_ORIGIN ? narrowed(value) : value])
              .filter(([, value]) => value !== undefined),
          )
        : part,
    );
    return writeHead(status, ...headers);
  }) as ServerResponse['writeHead'];
}
