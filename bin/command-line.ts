import { fatalReason } from '../local/emulators/fatal.ts';

/**
 * Runs a command. Errors are printed as one line, without a stack trace.
 * @param usage printed for --help, and for wrong options
 */
export async function commandLine(usage: string, run: () => Promise<void>): Promise<void> {
  if (process.argv.slice(2).some((option) => option === '--help' || option === '-h')) {
    console.log(usage);
    return;
  }
  try {
    await run();
  } catch (error) {
    console.error(messageOf(error, usage));
    process.exitCode = 1;
  }
}

/** Wrong options or arguments. */
export class WrongUsage extends Error {}

function messageOf(error: unknown, usage: string): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED')
    return 'The local stack does not answer. Start it again with the same options: npm start';
  if (error instanceof WrongUsage) return error.message ? `${error.message}\n${usage}` : usage;
  if (code.startsWith('ERR_PARSE_ARGS')) return `${error.message.split('. ')[0]}.\n${usage}`;
  if (error.message === 'Region is missing')
    return 'Expected a region, found none: set AWS_REGION, or choose a profile that has one.';
  if (error.name === 'CredentialsProviderError')
    return 'Expected credentials for AWS, found none: set AWS_PROFILE, or sign in with aws sso login.';
  if (code === 'ENOENT' && 'path' in error) return `Expected a file at ${error.path}, found none.`;
  return fatalReason(error, 'this folder') ?? error.message;
}
