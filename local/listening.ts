import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on 127.0.0.1. */
export type Listening = { url: string; stop(): Promise<void> };

/** @param port 0 takes a free one */
export async function listen(server: Server, port: number): Promise<Listening> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
