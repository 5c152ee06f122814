import Papa from 'papaparse';

/** One line of a file. `number`: its line number; the header is line 1. `torn`: its quotes are not balanced, and `fields` has one element, the whole line. */
export type Line = { fields: string[]; number: number; torn: boolean };

/**
 * Splits blocks of whole lines into records. A record is always one line (ADR 4): an unclosed quote makes only its own line bad, and
 * line numbers are exact. Blank lines are skipped.
 */
export async function* readRows(blocks: AsyncIterable<string>): AsyncGenerator<Line[]> {
  let number = 0;
  for await (const block of blocks) {
    const lines: Line[] = [];
    for (const { fields, torn } of splitBlock(block)) {
      number++;
      if (torn || fields.length > 1 || fields[0]?.trim()) lines.push({ fields, number, torn });
    }
    yield lines;
  }
}

type Split = { fields: string[]; torn: boolean };

function splitBlock(block: string): Split[] {
  const text = block.endsWith('\n') ? block.slice(0, -1) : block;
  // papaparse returns no row for a single empty line.
  if (text === '') return [{ fields: [''], torn: false }];
  if (!text.includes('"')) return parse(text).data.map((fields) => ({ fields, torn: false }));
  // papaparse rejects a carriage return after a closing quote. In blocks without quotes, fields are trimmed later instead.
  const quoted = text.replaceAll(/\r(?=\n|$)/g, '');
  const whole = parse(quoted);
  if (whole.errors.length === 0 && !whole.data.some((row) => row.some(hasLineBreak))) {
    return whole.data.map((fields) => ({ fields, torn: false }));
  }
  // A quoted line break would join lines: parse each line alone.
  return quoted.split('\n').map((line) => {
    const { data, errors } = parse(line);
    const torn = errors.length > 0;
    return { fields: torn ? [line] : (data[0] ?? ['']), torn };
  });
}

const parse = (text: string) => Papa.parse<string[]>(text, { delimiter: ',', newline: '\n' });

const hasLineBreak = (field: string) => field.includes('\n');
