import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Locks a state folder: two stacks would damage its tables.
 * @returns a function that unlocks it
 * @throws Error with the process that holds the lock
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  for (const flag of ['wx', 'w'] as const) {
    try {
      writeFileSync(file, String(process.pid), { flag });
      return () => unlock(file);
    } catch {
      const owner = Number(readFileSync(file, 'utf8'));
      if (isAlive(owner)) {
        throw new Error(
          `Another local stack, process ${owner}, uses ${folder}. Stop it, or use another folder with --state DIR.`,
        );
      }
    }
  }
  throw new Error(`Could not lock ${folder}.`);
}

/** Removes the lock, unless another process holds it by now: somebody may have removed the folder meanwhile. */
function unlock(file: string): void {
  try {
    if (Number(readFileSync(file, 'utf8')) === process.pid) rmSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!pid || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
