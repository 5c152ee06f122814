import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readStateFile } from '../emulators/state-file.ts';
import { writeWhole } from '../emulators/write-whole.ts';
import { lockFolder } from './lock.ts';

/** Increase it when records, keys or names of resources change: an older folder cannot be read. */
export const FORMAT = '4';

/**
 * Creates and locks the state folder.
 * @returns a function that unlocks it
 * @throws Error if it is a file, another stack uses it, or it was written by another version
 */
export function openState(folder: string): () => void {
  makeFolder(folder);
  const unlock = lockFolder(folder);
  try {
    checkFormat(folder);
    return unlock;
  } catch (error) {
    unlock();
    throw error;
  }
}

function checkFormat(folder: string): void {
  const file = join(folder, 'format');
  // Folders of the first version have no such file, but the state of emulators.
  const isUsed = readStateFile(join(folder, 'clock'), () => true, false);
  const found = readStateFile(file, (text) => text.trim(), isUsed ? '1' : FORMAT);
  if (found !== FORMAT)
    throw new Error(
      `${folder} was written by another version (format ${found}, expected ${FORMAT}). Delete it, or use another folder with --state DIR.`,
    );
  writeWhole(file, FORMAT);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const isFile = error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR');
    throw isFile ? new Error(`Expected a folder at ${folder}, found a file. Use another one with --state DIR.`) : error;
  }
}
