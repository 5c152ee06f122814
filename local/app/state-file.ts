import { existsSync, readFileSync } from 'node:fs';

/**
 * Reads a file of the state folder.
 * @returns `otherwise` where there is none yet
 * @throws Error naming the file where it is damaged
 */
export function readStateFile<T>(file: string, parse: (text: string) => T, otherwise: T): T {
  if (!existsSync(file)) return otherwise;
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = String(error instanceof Error ? error.message : error).split('\n')[0];
    throw new Error(`${file} is damaged (${why}). Delete that file, or start over another folder with --state DIR.`);
  }
}
