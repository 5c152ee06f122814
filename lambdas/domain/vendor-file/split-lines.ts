import Papa from 'papaparse';
import type { Delimiter } from '../../contracts/profile.ts';

/** One line of a file. `number`: its line number; the first line is 1. `torn`: its quotes are not balanced, and `fields` has one element, the whole line. */
export type Line = { fields: string[]; number: number; torn: boolean };

/** Lines of a file, with the text each came from, without its line break. */
export type Lines = { lines: Line[]; textOf: (line: Line) => string };

/**
 * Splits whole lines into records. A record is always one line (ADR 4): an unclosed quote makes only its own line bad, and line numbers
 * are exact.
 * @param first number of the first line
 */
export function splitLines(block: string, delimiter: Delimiter, first: number): Lines {
  const text = block.endsWith('\n') ? block.slice(0, -1) : block;
  const lines = splitText(text, delimiter, first);
  let texts: string[] | undefined;
  return {
    lines,
    textOf({ number }) {
      texts ??= text.split('\n');
      return (texts[number - first] ?? '').replace(/\r$/, '');
    },
  };
}

/** Splits blocks of whole lines. The caller sees every line, blank ones too. */
export async function* splitBlocks(blocks: AsyncIterable<string>, delimiter: Delimiter): AsyncGenerator<Lines> {
  let first = 1;
  for await (const block of blocks) {
    const split = splitLines(block, delimiter, first);
    first += split.lines.length;
    yield split;
  }
}

function splitText(text: string, delimiter: Delimiter, first: number): Line[] {
  const whole = (fields: string[], i: number): Line => ({ fields, number: first + i, torn: false });
  // papaparse returns no row for a single empty line.
  if (text === '') return [whole([''], 0)];
  if (!text.includes('"')) return parse(text, delimiter).data.map(whole);
  // papaparse rejects a carriage return after a closing quote. In blocks without quotes, fields are trimmed later instead.
  const quoted = text.replaceAll(/\r(?=\n|$)/g, '');
  const { data: rows, errors: faults } = parse(quoted, delimiter);
  if (faults.length === 0 && !rows.some((row) => row.some(hasLineBreak))) return rows.map(whole);
  // A quoted line break would join lines: parse each line alone.
  return quoted.split('\n').map((line, i) => {
    const { data, errors } = parse(line, delimiter);
    const torn = errors.length > 0;
    return { fields: torn ? [line] : (data[0] ?? ['']), number: first + i, torn };
  });
}

const parse = (text: string, delimiter: Delimiter) => Papa.parse<string[]>(text, { delimiter, newline: '\n' });

const hasLineBreak = (field: string) => field.includes('\n');
