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

/** Workers per function, unless the template reserves concurrency: each takes about 150 MB. */
const MAX_WORKERS = 5;
/** An idle worker is stopped after this time. */
const IDLE_MS = 30_000;

export type FunctionListeners = {
  /** Called with each line a function writes. */
  onLine: (functionName: string, line: string) => void;
  /** Called with the request id of an invocation whose process ended before it answered. */
  onCrash: (requestId: string) => void;
};

export type LocalFunction = {
  name: string;
  /** Runs the handler in a worker process, which is reused. */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

/** The functions of a template by logical id. They run their real bundles. */
export function functionsOf(
  template: Template,
  resolve: Resolve,
  environment: Record<string, string>,
  listeners: FunctionListeners,
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
      const variables = {
        ...environment,
        ...Environment.Variables,
        AWS_LAMBDA_FUNCTION_NAME: name,
        // Tells local/iam whose role counts.
        AWS_ACCESS_KEY_ID: name,
      };
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
  { onLine, onCrash }: FunctionListeners,
): LocalFunction {
  const idle: ChildProcess[] = [];
  const turns = limitOf(workers);
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
    try {
      await answerOf(child);
    } catch (error) {
      onLine(name, JSON.stringify({ level: 'ERROR', message: 'function cannot start', function: name }));
      throw error;
    }
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
      // If the process just ended, its exit event reports that.
      child.send({ event, context }, () => undefined);
      const answer = z.object({ result: z.unknown(), error: z.string().optional() }).parse(await answered);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.result;
    } finally {
      clearTimeout(timer);
      if (child.connected && child.exitCode === null && child.signalCode === null) rest(child);
      else {
        onLine(name, JSON.stringify({ level: 'ERROR', message: 'function crashed or timed out', function: name }));
        onCrash(context.awsRequestId);
      }
    }
  }

  /** Keeps a worker for the next event. */
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

/** Limits the number of concurrent runs; others wait in order. */
function limitOf(limit: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      // The next run takes over this slot.
      if (next) next();
      else running--;
    }
  };
}

/** The next message of a worker. @throws Error if the worker ends instead */
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
