import type { Answer, Problem } from '../../contracts/report.ts';
import { firstCharacters, visible } from '../../contracts/visible.ts';

/** A file that is rejected whole. Permanent: a corrected upload or a profile helps, a retry does not. */
export class BadFile extends Error {
  readonly problem: Problem;
  /** If the problem is a question: the profiles that answer it. */
  readonly answers: Answer[];

  constructor(problem: Problem, answers: Answer[] = []) {
    super(describeProblem(problem));
    this.name = 'BadFile';
    this.problem = problem;
    this.answers = answers;
  }
}

/** `line 3, column "close": expected …, found …. Advice.` */
export function describeProblem({ line, column, expected, found, advice }: Problem): string {
  const where = [line && `line ${line}`, column && `column "${column}"`].filter(Boolean).join(', ');
  return `${where ? `${where}: ` : ''}expected ${expected}, found ${found}${advice ? `. ${advice}` : ''}`;
}

/** Quotes foreign text for a message: control characters escaped, at most 80 characters. */
export const quote = (text: string): string =>
  text === '' ? 'nothing' : visible(JSON.stringify(text.length > 80 ? `${firstCharacters(text, 79)}…` : text));
