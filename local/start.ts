import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { visible } from '../lambdas/contracts/visible.ts';
import { commandLine } from './command-line.ts';
import { logReader, tell } from './console.ts';
import { DEFAULT_STATE } from './endpoints.ts';
import { OPERATORS, runStack } from './run-stack.ts';
import { addSamples } from './samples.ts';
import { resourcesOf } from './stack/template.ts';

const USAGE = 'Usage: npm start -- [--state DIR] [--port N] [--empty]';

await commandLine(async () => {
  const { values } = parseArgs({
    options: {
      state: { type: 'string', default: DEFAULT_STATE },
      port: { type: 'string', default: '4700' },
      empty: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_529)
    throw new Error(`${USAGE}\nExpected a port from 0 to 65529, found ${values.port}.`);

  // The stack goes on with what it finds while it starts; its alarms are known once it has.
  const early: [string, string][] = [];
  let read: ReturnType<typeof logReader> = (...line) => early.push(line);
  tell('cyan', 'starting', 'synthesizing the stack and bundling its functions');
  const stack = await runStack({
    state: values.state,
    port,
    onLine: (name, line) => read(name, line),
    onDrop: (key, size) => tell('cyan', 'dropped', `${visible(key)} · ${(size / 1024).toFixed(1)} KB`),
    onError: (error) => tell('red', 'error', visible(String(error))),
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
  tell('cyan', '', 'drop     npm run drop -- FILE…');
  tell('cyan', '', 'follow   npm run subscribe -- ADDRESS TICKER…');
  tell('cyan', '', `state    ${values.state} (endpoints.json says where everything listens) · Ctrl-C stops`);
  for (const line of early) read(...line);
  stopOnSignal(stack.stop);
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

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, async () => {
      // A second Ctrl-C does not wait.
      if (stopping) process.exit(1);
      stopping = true;
      tell('cyan', 'stopping', 'what is under way goes on at the next start');
      await stop();
      process.exit();
    });
  }
}
