import { existsSync, readFileSync } from 'node:fs';

/**
 * Reads a file of the state folder.
 * @returns `otherwise` if it does not exist
 * @throws Error with the name of the file if it is damaged
 */
export function readStateFile<T>(file: string, parse: (text: string) => T, otherwise: T): T {
  if (!existsSync(file)) return otherwise;
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = String(error instanceof Error ? error.message : error).split('\n')[0];
    throw new Error(`${file} is damaged (${why}). Delete that file, or use another folder with --state DIR.`);
  }
}
