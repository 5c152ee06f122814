import { createHash } from 'node:crypto';
import type { FoundFile } from '../../lambdas/adapters/mailed-files.ts';
import type { OwnFiles } from '../../lambdas/adapters/own-files.ts';
import { objectCreated } from '../support/drops.ts';

type Objects = Map<string, { etag: string; content: string | Buffer }>;

/** A bucket of a simulation, which keeps every version and sends S3's event for each upload. */
export class SimulatedBucket {
  readonly #objects: Objects;
  readonly #now: () => number;
  readonly #send: (event: unknown) => void;
  readonly #newest = new Map<string, FoundFile>();
  #sequence = 0;

  /** @param objects every version, by key and ETag */
  constructor(objects: Objects, now: () => number, send: (event: unknown) => void) {
    this.#objects = objects;
    this.#now = now;
    this.#send = send;
  }

  copy(other: SimulatedBucket): void {
    for (const [key, file] of other.#newest) this.#newest.set(key, file);
    this.#sequence = other.#sequence;
  }

  upload = (key: string, content: string | Buffer, mail?: string): void => {
    const etag = createHash('md5').update(content).digest('hex');
    const time = new Date(Math.floor(this.#now() / 1000) * 1000).toISOString();
    this.#objects.set(`${key} ${etag}`, { etag, content });
    this.#newest.set(key, { key, etag, uploadedAt: time, mail });
    const sequencer = (++this.#sequence).toString(16).padStart(16, '0').toUpperCase();
    this.#send(objectCreated(time, { key, etag, size: Buffer.byteLength(content), sequencer }));
  };

  newest = (): Iterable<FoundFile> => this.#newest.values();

  read = (key: string): { content: string | Buffer; etag: string } | undefined =>
    this.#objects.get(`${key} ${this.#newest.get(key)?.etag}`);

  /** A vendor or a lifecycle rule removes every version of a file. */
  remove(key: string): void {
    for (const name of this.#objects.keys()) if (name.startsWith(`${key} `)) this.#objects.delete(name);
    this.#newest.delete(key);
  }
}

/** Our own files. */
export const simulatedFiles = ({ read, upload }: SimulatedBucket): OwnFiles => ({
  read: async (key) => {
    const object = read(key);
    return object && { bytes: Buffer.from(object.content), etag: object.etag };
  },
  write: async (key, bytes, etag) => {
    if (read(key)?.etag !== etag) return false;
    upload(key, Buffer.from(bytes).toString());
    return true;
  },
});
