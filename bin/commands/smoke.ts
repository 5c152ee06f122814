import { parseArgs } from 'node:util';
import { commandLine } from '../command-line.ts';
import { runningStack, STACK_OPTIONS } from '../running-stack.ts';
import { runSmokeTest } from '../smoke-test.ts';

const USAGE = `Usage: npm run smoke -- [--aws | --state DIR]

Sends a tiny file the way of every file, to one mailbox of SES's simulator, and waits up to five minutes until its mail is delivered.
Says how long that took, or where it stopped.
  --aws        the stack in the account and region of the shell
  --state DIR  a local stack (the default: .local)`;

await commandLine(USAGE, async () => {
  const { values } = parseArgs({ options: STACK_OPTIONS });
  console.log(await runSmokeTest(await runningStack(values)));
});
