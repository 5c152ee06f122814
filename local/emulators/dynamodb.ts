import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Fatal } from './fatal.ts';

export type DynamoDb = { url: string; pid: number | undefined; stop(): Promise<void> };

const answer = z.union([z.object({ port: z.int() }), z.object({ error: z.string() })]);

/**
 * Starts DynamoDB on 127.0.0.1.
 * @param folder keeps its state
 * @param onEnd called if it ends by itself
 */
export async function startDynamoDb(
  port: number,
  folder: string,
  onEnd: (error: Error) => void = () => undefined,
): Promise<DynamoDb> {
  mkdirSync(folder, { recursive: true });
  const child = fork(join(import.meta.dirname, 'dynamodb-process.ts'), [String(port), folder], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let output = '';
  child.stderr?.on('data', (chunk) => (output += chunk));
  const failure = () =>
    output
      .trim()
      .split('\n')
      .findLast((line) => /error/i.test(line)) ?? 'no reason given';
  const ended = once(child, 'exit').then(() => {
    throw new Error(
      `DynamoDB did not start with ${folder} (${failure()}). If its files are damaged, use another folder with --state DIR.`,
    );
  });
  ended.catch(() => undefined);
  const [message] = await Promise.race([once(child, 'message'), ended]);
  const started = answer.parse(message);
  if ('error' in started) throw new Error(`DynamoDB did not start on 127.0.0.1: ${started.error}`);
  let isStopping = false;
  child.once('exit', () => {
    if (!isStopping)
      onEnd(
        new Fatal('The local DynamoDB has ended. Its tables are kept. Start again with the same options: npm start'),
      );
  });
  return {
    url: `http://127.0.0.1:${started.port}`,
    pid: child.pid,
    async stop() {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
