/** Failures that nothing running over the state folder outlives. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'SQLITE_FULL']);

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** In a sentence, why the local stack has to end; undefined for failures that it outlives. */
export function fatalReason(error: unknown, state: string): string | undefined {
  const isFull = FULL.has(String(codeOf(error))) || /database or disk is full|no space left/i.test(String(error));
  if (isFull)
    return `The disk of ${state} is full: what comes now would be lost. Make room, and start again: npm start`;
  return error instanceof Fatal ? error.message : undefined;
}

/** Something the local stack cannot do without has ended. */
export class Fatal extends Error {}
