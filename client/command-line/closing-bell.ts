#!/usr/bin/env node
import { LakeFault } from '../fault.ts';
import { main } from './main.ts';

// A reader of the pipe, like head, may stop early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`The rows could not be printed: ${error.message}\n`);
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  // 1 is a threshold that was missed.
  process.exitCode = 2;
}

/** What a person reads of an error: a sentence if it is known, otherwise everything, since it is a fault of ours. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  if (/^The catalog did not answer/.test(error.message)) return `${error.message}. Is the stack running?`;
  if (error.name === 'CredentialsProviderError')
    return 'Expected credentials for AWS, found none: set AWS_PROFILE, or sign in with aws sso login.';
  // Wrong options, and faults of the file system and of AWS, whose messages say enough.
  const isKnown = error instanceof LakeFault || typeof code === 'string' || '$fault' in error;
  const isExpected = isKnown || /^(Expected a running local stack|The catalog did not)/.test(error.message);
  return isExpected ? error.message : (error.stack ?? error.message);
}
