import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export type DynamoDb = { url: string; pid: number | undefined; stop(): Promise<void> };

/** Starts DynamoDB on 127.0.0.1 over a folder that keeps its state. */
export async function startDynamoDb(port: number, folder: string): Promise<DynamoDb> {
  mkdirSync(folder, { recursive: true });
  const child = fork(join(import.meta.dirname, 'dynamodb-process.ts'), [String(port), folder], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const listening = await Promise.race([once(child, 'message'), endOf(child)]);
  const told = z.object({ port: z.int() }).parse(listening[0]);
  return {
    url: `http://127.0.0.1:${told.port}`,
    pid: child.pid,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function endOf(child: ChildProcess): Promise<never> {
  let said = '';
  child.stderr?.on('data', (chunk) => (said += chunk));
  await once(child, 'exit');
  throw new Error(`DynamoDB did not start on 127.0.0.1: ${said.trim() || 'no reason given'}`);
}
