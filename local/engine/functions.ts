import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { Resolve } from './intrinsics.ts';
import { physicalName, resourcesOf, type Template } from './template.ts';

const properties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.literal('index.handler'),
  Timeout: z.int(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
  ReservedConcurrentExecutions: z.int().positive().optional(),
});

/** Execution environments of one function, where its template reserves none: each takes some 150 MB of this machine. */
const MAX_WORKERS = 5;
/** One that had nothing to do for so long is freed. */
const IDLE_MS = 30_000;

/** Told what functions do. */
type Listeners = {
  /** Called with each line a function writes. */
  onLine: (functionName: string, line: string) => void;
  /** Called with the request id of an invocation whose process has ended under it. */
  onDeath: (requestId: string) => void;
};

export type LocalFunction = {
  name: string;
  /** Runs the function in a process of its own, which is kept for the next event. */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

/** The functions of a template, by logical id, run from their real bundles. */
export function functionsOf(
  template: Template,
  resolve: Resolve,
  environment: Record<string, string>,
  listeners: Listeners,
): Map<string, LocalFunction> {
  return new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([logicalId, resource]) => {
      const {
        Code,
        Timeout,
        Environment,
        ReservedConcurrentExecutions: reserved,
      } = properties.parse(resolve(resource.Properties));
      const bundle = join(template.assetFolder(Code.S3Key.replace(/\.zip$/, '')), 'index.mjs');
      const name = physicalName(logicalId, resource);
      const variables = { ...environment, ...Environment.Variables, AWS_LAMBDA_FUNCTION_NAME: name };
      const limits = { timeoutSeconds: Timeout, workers: reserved ?? MAX_WORKERS };
      return [logicalId, localFunction(name, bundle, limits, variables, listeners)];
    }),
  );
}

function localFunction(
  name: string,
  bundle: string,
  { timeoutSeconds, workers }: { timeoutSeconds: number; workers: number },
  environment: Record<string, string>,
  { onLine, onDeath }: Listeners,
): LocalFunction {
  const idle: ChildProcess[] = [];
  const turns = queueOf(workers);
  const timers = new Map<ChildProcess, NodeJS.Timeout>();
  const all = new Set<ChildProcess>();

  async function start(): Promise<ChildProcess> {
    const { PATH = '', HOME = '' } = process.env;
    const child = fork(join(import.meta.dirname, 'worker.ts'), [bundle], {
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    all.add(child);
    child.once('exit', () => {
      all.delete(child);
      timers.delete(child);
      const at = idle.indexOf(child);
      if (at !== -1) idle.splice(at, 1);
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => onLine(name, line));
    }
    await answerOf(child);
    return child;
  }

  return {
    name,
    invoke: (event) => turns(() => invoke(event)),
    async stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(
        [...all].map(async (child) => {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        }),
      );
    },
  };

  async function invoke(event: unknown): Promise<unknown> {
    const child = idle.pop() ?? (await start());
    clearTimeout(timers.get(child));
    const context = { awsRequestId: randomUUID(), functionName: name, deadline: Date.now() + timeoutSeconds * 1000 };
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
    try {
      const answered = answerOf(child);
      // Whoever died just now says so by its exit.
      child.send({ event, context }, () => undefined);
      const answer = z.object({ result: z.unknown(), error: z.string().optional() }).parse(await answered);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.result;
    } finally {
      clearTimeout(timer);
      if (child.connected && child.exitCode === null && child.signalCode === null) rest(child);
      else onDeath(context.awsRequestId);
    }
  }

  /** Keeps a worker for the next event, for a while. */
  function rest(child: ChildProcess): void {
    idle.push(child);
    const timer = setTimeout(() => {
      const at = idle.indexOf(child);
      if (at === -1) return;
      idle.splice(at, 1);
      child.kill();
    }, IDLE_MS);
    timer.unref();
    timers.set(child, timer);
  }
}

/** Runs at most so many at once; others wait for their turn, first come first served. */
function queueOf(most: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      // Whoever waits takes the place over.
      if (next) next();
      else running--;
    }
  };
}

/** The next message of a worker. @throws Error where it ends instead */
function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      child.off('exit', onExit);
      resolve(message);
    };
    const onExit = (code: number | null, signal: string | null) => {
      child.off('message', onMessage);
      reject(new Error(`The function's process ended with ${signal ?? `code ${code}`}.`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}
