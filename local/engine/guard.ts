import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const HERE = new Set(['127.0.0.1', 'localhost', '[::1]']);
const ALLOW_ORIGIN = 'access-control-allow-origin';

/**
 * Lets a server answer programs and pages of this machine only. Without it any page in the browser could reach it: by
 * another name that leads to 127.0.0.1 (DNS rebinding), or where the server lets all origins read.
 * @param takesOpaqueOrigins true for a server whose own pages post forms without a referrer: browsers call that origin `null`
 */
export function guarded<S extends Server>(server: S, { takesOpaqueOrigins = false } = {}): S {
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...args: unknown[]) => {
    if (event !== 'request') return emit(event, ...args);
    const [request, response] = args as [IncomingMessage, ServerResponse];
    const problem = problemOf(request, takesOpaqueOrigins);
    if (problem) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(`${problem}\n`);
      return true;
    }
    narrowOrigins(request, response);
    try {
      return emit(event, ...args);
    } catch {
      // A malformed request of whoever must not end the stack.
      if (!response.headersSent) response.writeHead(400);
      response.end();
      return true;
    }
  };
  return server;
}

/** Why a request is refused. */
function problemOf({ headers }: IncomingMessage, takesOpaqueOrigins: boolean): string | undefined {
  const { host = '', origin } = headers;
  if (!HERE.has(host.replace(/:\d+$/, ''))) return `The local stack answers at 127.0.0.1, not at "${host}".`;
  // A picture or a script of another site sends no origin; a link that is followed may come from anywhere.
  const isForeign = headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
  const isOwnForm = origin === 'null' && takesOpaqueOrigins && headers['sec-fetch-site'] !== 'cross-site';
  if (!isForeign && (origin === undefined || isOwnForm)) return undefined;
  const from = origin !== undefined && URL.canParse(origin) ? new URL(origin).hostname : '';
  return HERE.has(from) ? undefined : `The local stack answers pages of this machine, not of "${origin}".`;
}

/** An emulator that says `*` says the origin that asked instead, which is of this machine. */
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
