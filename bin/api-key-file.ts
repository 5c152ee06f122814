import { readFileSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { keyIn } from '../lambdas/adapters/api-keys.ts';
import type { ProviderName } from '../lambdas/contracts/collect.ts';

/** `alpha-vantage` → `ALPHA_VANTAGE_API_KEY` */
export const keyVariable = (provider: ProviderName): string => `${provider.toUpperCase().replaceAll('-', '_')}_API_KEY`;

/**
 * Keys from the environment, or from a file like `.env`, which only its owner may read.
 * @returns a function that gives the key of a provider; undefined if there is none
 * @throws Error if others may read the file
 */
export function keysFrom(
  environment: Record<string, string | undefined>,
  file: string,
): (provider: ProviderName) => string | undefined {
  const inFile = readKeyFile(file);
  return (provider) => keyIn(environment[keyVariable(provider)] || inFile[keyVariable(provider)], provider);
}

function readKeyFile(file: string): Record<string, string | undefined> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return {};
  // Windows has no such modes.
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    throw new Error(
      `Expected ${file} to be readable by you only, found the mode ${(found.mode & 0o777).toString(8)}: it has keys. Run: chmod 600 ${file}`,
    );
  return parseEnv(readFileSync(file, 'utf8'));
}
