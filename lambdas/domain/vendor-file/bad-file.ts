import type { Problem } from '../../contracts/report.ts';
import { firstCharacters, visible } from '../../contracts/visible.ts';

/** A file that is rejected whole. Permanent: dropping a mended file helps, a retry does not. */
export class BadFile extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(describeProblem(problem));
    this.name = 'BadFile';
    this.problem = problem;
  }
}

/** One sentence: where, what was expected, what was found. */
export function describeProblem({ line, column, expected, found }: Problem): string {
  const where = [line && `line ${line}`, column && `column "${column}"`].filter(Boolean).join(', ');
  return `${where ? `${where}: ` : ''}expected ${expected}, found ${found}`;
}

/** Foreign text for a message: control characters escaped, shortened to 80 characters. */
export const quote = (text: string): string =>
  text === '' ? 'nothing' : visible(JSON.stringify(text.length > 80 ? `${firstCharacters(text, 79)}…` : text));
