import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { visible } from '../../lambdas/contracts/visible.ts';
import { logReader, print } from '../../local/app/console.ts';
import { DEFAULT_STATE } from '../../local/app/endpoints.ts';
import { runStack } from '../../local/app/run-stack.ts';
import { addSamples } from '../../local/app/samples.ts';
import { OPERATORS } from '../../local/app/servers.ts';
import { fatalReason } from '../../local/emulators/fatal.ts';
import { SES_FAULTS, type SesFault } from '../../local/emulators/ses-account.ts';
import { resourcesOf } from '../../local/engine/template.ts';
import { commandLine, WrongUsage } from '../command-line.ts';

const USAGE = `Usage: npm start -- [--state DIR] [--port N] [--empty] [--collect] [--enforce-iam] [--ses FAULT]

Runs the whole stack on this machine, on 127.0.0.1 only.
  --state DIR    folder that keeps all state (.local)
  --port N       the first of nine ports (4700); 0 uses free ones
  --empty        without the sample subscribers and files
  --collect      with collectors, which ask a recorded vendor on this machine: no key is needed
  --enforce-iam  refuses what the roles of the functions do not allow; iam-decisions.tsv in DIR lists what they asked
  --ses FAULT    SES refuses all mails but codes: throttled or sandbox; to try the runbook`;

/** Stops the stack; does nothing until it has started. */
let stop: () => Promise<void> = async () => undefined;

await commandLine(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      state: { type: 'string', default: DEFAULT_STATE },
      port: { type: 'string', default: '4700' },
      empty: { type: 'boolean', default: false },
      collect: { type: 'boolean', default: false },
      'enforce-iam': { type: 'boolean', default: false },
      ses: { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_527)
    throw new WrongUsage(`Expected a port from 0 to 65527, found ${values.port}.`);

  const sesFault = (Object.keys(SES_FAULTS) as SesFault[]).find((one) => one === values.ses);
  if (values.ses !== undefined && !sesFault)
    throw new WrongUsage(`Expected ${Object.keys(SES_FAULTS).join(' or ')} as --ses, found ${values.ses}.`);

  // Functions may log while the stack starts. Their lines are printed when the alarms are known.
  const early: [string, string][] = [];
  let read: ReturnType<typeof logReader> = (...line) => early.push(line);
  print(
    'cyan',
    'starting',
    'the whole stack on this machine: bundles the functions, starts emulators, then drops sample files; about half a minute',
  );
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) =>
      end(fatalReason(error, values.state) ?? `It failed: ${visible(String(error))}`),
    );
  const stack = await runStack({
    state: values.state,
    port,
    collect: values.collect,
    enforceIam: values['enforce-iam'],
    sesFault,
    onLine: (name, line) => read(name, line),
    onUpload: (key, size) => print('cyan', 'uploaded', `${visible(key)} · ${(size / 1024).toFixed(1)} KB`),
    onDenied: ({ caller, access: { action, resource } }) =>
      print('red', 'denied', `the role of ${caller} does not allow ${action} on ${resource}: grant it in lib/`),
    onError: (error) => fail(error, values.state),
    onClockBack: (seconds) =>
      print('yellow', 'clock', `was set back by ${seconds} s; new uploads still count as newer`),
  });
  read = logReader(resourcesOf(stack.template, 'AWS::CloudWatch::Alarm').map(([, resource]) => resource));
  print(
    'cyan',
    'ready',
    `page     ${stack.endpoints.web}  (sign in with any address, like you@example.com; the code is in the inbox)`,
  );
  print('cyan', '', `inbox    ${stack.endpoints.inbox}`);
  print('cyan', '', `api      ${stack.endpoints.api}/docs`);
  print('cyan', '', `lake     ${stack.endpoints.lake}  (npm run build:client, then npx closing-bell summary)`);
  print('cyan', '', `operate  sign in as ${OPERATORS.join(' or ')}`);
  const there = values.state === DEFAULT_STATE ? '' : `--state ${values.state} `;
  print('cyan', '', `drop     npm run drop -- ${there}FILE…`);
  print('cyan', '', `follow   npm run subscribe -- ${there}ADDRESS TICKER…`);
  print('cyan', '', `state    ${values.state} (endpoints.json has all addresses) · Ctrl-C stops`);
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
  else print('red', 'error', visible(String(error)));
}

/** Stops everything and ends the process. */
function end(reason: string): void {
  print('red', 'stopped', reason);
  process.exitCode = 1;
  // Do not wait longer for parts that cannot stop.
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
      print('cyan', 'stopping', 'work in progress continues at the next start');
      await stopStack();
      process.exit();
    });
  }
}
