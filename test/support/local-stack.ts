import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Endpoints, readEndpoints } from '../../local/app/endpoints.ts';

const ROOT = join(import.meta.dirname, '../..');

/** `npm start` with its own state folder, on free ports. */
export class LocalStack {
  readonly state: string;
  #child: ChildProcess | undefined;
  #output = '';

  /** @param state its folder; a new one by default */
  constructor(state = mkdtempSync(join(tmpdir(), 'closing-bell-'))) {
    this.state = state;
  }

  /** Addresses of the running stack. */
  get endpoints(): Endpoints {
    return readEndpoints(this.state);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child?.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Everything that it printed so far. */
  get output(): string {
    return this.#output;
  }

  async start(...options: string[]): Promise<Endpoints> {
    const child = spawn(
      process.execPath,
      [
        'bin/commands/start.ts',
        '--state',
        this.state,
        ...(options.includes('--port') ? [] : ['--port', '0']),
        ...options,
      ],
      {
        cwd: ROOT,
      },
    );
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.#output += chunk));
    while (child.exitCode === null && child.signalCode === null) {
      await sleep(50);
      try {
        return readEndpoints(this.state);
      } catch {
        // Not ready yet.
      }
    }
    throw new Error(`The local stack did not start:\n${this.#output}`);
  }

  /** Kills it, as a power cut does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    // Otherwise the killed stack would look like a running one.
    rmSync(join(this.state, 'endpoints.json'), { force: true });
  }

  /** Ends it as Ctrl-C does, and removes its folder. */
  async stop(): Promise<number | null> {
    const code = await this.#end('SIGINT');
    rmSync(this.state, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    return code;
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  }
}
