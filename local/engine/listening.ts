import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { guarded } from './guard.ts';

/** A server on 127.0.0.1. */
export type Listening = { url: string; stop(): Promise<void> };

/** Path and query of a request. @returns undefined if they are malformed */
export function addressOf({ url = '/' }: IncomingMessage): URL | undefined {
  try {
    const address = new URL(`http://local${url}`);
    decodeURIComponent(address.pathname);
    return address;
  } catch {
    return undefined;
  }
}

/** Listens on 127.0.0.1. @param port 0 uses a free one */
export async function listen(
  server: Server,
  port: number,
  options: Parameters<typeof guarded>[1] = {},
): Promise<Listening> {
  guarded(server, options);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return listening(server);
}

/** Wraps a server that already listens. */
export function listening(server: Server): Listening {
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Checks that ports are free.
 * @throws Error with the first port that is not
 */
export async function checkPorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const probe = createServer();
    await new Promise<void>((resolve, reject) => {
      probe.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new Error(`Port ${port} is used by another program. Choose other ports with --port N (it uses nine).`)
            : error,
        ),
      );
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
    });
  }
}
