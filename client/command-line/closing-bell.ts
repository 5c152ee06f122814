#!/usr/bin/env node
import { LakeFault } from '../fault.ts';
import { main } from './main.ts';

// A reader of the pipe, like head, may stop early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof LakeFault || (error instanceof Error && isExpected(error));
  process.stderr.write(
    `${isOurs && error instanceof Error ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = 1;
}

/** Errors whose message says enough: a wrong option, no stack, no file. */
function isExpected(error: Error & { code?: unknown }): boolean {
  const code = String(error.code ?? '');
  return (
    code.startsWith('ERR_PARSE_ARGS') || code === 'ENOENT' || /^Expected a running local stack/.test(error.message)
  );
}
