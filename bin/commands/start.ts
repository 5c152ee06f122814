import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { visible } from '../../lambdas/contracts/visible.ts';
import { logReader, tell } from '../../local/app/console.ts';
import { DEFAULT_STATE } from '../../local/app/endpoints.ts';
import { fatalReason } from '../../local/app/fatal.ts';
import { OPERATORS, runStack } from '../../local/app/run-stack.ts';
import { addSamples } from '../../local/app/samples.ts';
import { resourcesOf } from '../../local/engine/template.ts';
import { commandLine, WrongUsage } from '../command-line.ts';

const USAGE = `Usage: npm start -- [--state DIR] [--port N] [--empty]

Runs the whole stack on this machine, at 127.0.0.1 only.
  --state DIR  folder that keeps everything (.local)
  --port N     the first of seven ports (4700); 0 takes free ones
  --empty      without the sample subscribers and files`;

/** Ends what runs, as far as it has come. */
let stop: () => Promise<void> = async () => undefined;

await commandLine(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      state: { type: 'string', default: DEFAULT_STATE },
      port: { type: 'string', default: '4700' },
      empty: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_529)
    throw new WrongUsage(`Expected a port from 0 to 65529, found ${values.port}.`);

  // The stack goes on with what it finds while it starts; its alarms are known once it has.
  const early: [string, string][] = [];
  let read: ReturnType<typeof logReader> = (...line) => early.push(line);
  tell('cyan', 'starting', 'synthesizing the stack and bundling its functions');
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) =>
      end(fatalReason(error, values.state) ?? `It failed: ${visible(String(error))}`),
    );
  const stack = await runStack({
    state: values.state,
    port,
    onLine: (name, line) => read(name, line),
    onDrop: (key, size) => tell('cyan', 'dropped', `${visible(key)} · ${(size / 1024).toFixed(1)} KB`),
    onError: (error) => fail(error, values.state),
    onClockBack: (seconds) =>
      tell('yellow', 'clock', `was set back by ${seconds} s; files dropped from now on still count as newer`),
  });
  read = logReader(resourcesOf(stack.template, 'AWS::CloudWatch::Alarm').map(([, resource]) => resource));
  tell(
    'cyan',
    'ready',
    `page     ${stack.endpoints.web}  (sign in as anybody, say you@example.com; the code comes to the inbox)`,
  );
  tell('cyan', '', `inbox    ${stack.endpoints.inbox}`);
  tell('cyan', '', `api      ${stack.endpoints.api}/docs`);
  tell('cyan', '', `operate  sign in as ${OPERATORS.join(' or ')}`);
  const there = values.state === DEFAULT_STATE ? '' : `--state ${values.state} `;
  tell('cyan', '', `drop     npm run drop -- ${there}FILE…`);
  tell('cyan', '', `follow   npm run subscribe -- ${there}ADDRESS TICKER…`);
  tell('cyan', '', `state    ${values.state} (endpoints.json says where everything listens) · Ctrl-C stops`);
  for (const line of early) read(...line);
  stopOnSignal(stack.stop);
  stop = stack.stop;
  const marker = join(values.state, 'samples-added');
  if (values.empty || existsSync(marker)) return;
  try {
    await addSamples(stack.endpoints);
    writeFileSync(marker, '');
  } catch (error) {
    await stack.stop();
    throw error;
  }
});

function fail(error: unknown, state: string): void {
  const reason = fatalReason(error, state);
  if (reason) end(reason);
  else tell('red', 'error', visible(String(error)));
}

/** Ends the runner with a sentence. */
function end(reason: string): void {
  tell('red', 'stopped', reason);
  process.exitCode = 1;
  // What does not end by itself, because what it needs has ended, is left behind.
  setTimeout(() => process.exit(), 3_000).unref();
  void stop().finally(() => process.exit());
}

function stopOnSignal(stopStack: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, async () => {
      // A second Ctrl-C does not wait.
      if (stopping) process.exit(1);
      stopping = true;
      tell('cyan', 'stopping', 'what is under way goes on at the next start');
      await stopStack();
      process.exit();
    });
  }
}
