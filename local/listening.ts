import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

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
export async function listen(server: Server, port: number): Promise<Listening> {
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
