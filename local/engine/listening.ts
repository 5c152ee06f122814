import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { guarded } from './guard.ts';

/** A server on 127.0.0.1. */
export type Listening = { url: string; stop(): Promise<void> };

/** The path and query of a request. @returns undefined for what is no address */
export function addressOf({ url = '/' }: IncomingMessage): URL | undefined {
  try {
    const address = new URL(`http://local${url}`);
    decodeURIComponent(address.pathname);
    return address;
  } catch {
    return undefined;
  }
}

/** @param port 0 takes a free one */
export async function listen(
  server: Server,
  port: number,
  options: Parameters<typeof guarded>[1] = {},
): Promise<Listening> {
  guarded(server, options);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return listening(server);
}

/** A server that listens already. */
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
 * Finds out before anything starts whether ports are free.
 * @throws Error naming the first that is taken
 */
export async function checkPorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const probe = createServer();
    await new Promise<void>((resolve, reject) => {
      probe.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new Error(`Port ${port} is taken by another program. Choose other ports with --port N (it takes seven).`)
            : error,
        ),
      );
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
    });
  }
}
