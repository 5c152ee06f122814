/** Error codes of a full or read-only disk: the local stack cannot continue. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'SQLITE_FULL']);

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Why the local stack must end, as a sentence; undefined if it can continue. @param state name of the state folder, for the message */
export function fatalReason(error: unknown, state: string): string | undefined {
  const isFull = FULL.has(String(codeOf(error))) || /database or disk is full|no space left/i.test(String(error));
  if (isFull)
    return `The disk of ${state} is full or read-only: new data would be lost. Fix that, and start again with the same options: npm start`;
  return error instanceof Fatal ? error.message : undefined;
}

/** A required part of the local stack has ended. */
export class Fatal extends Error {}
