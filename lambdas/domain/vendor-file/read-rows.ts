import Papa from 'papaparse';

/** One line of a file; `number` counts from 1, the header. `torn`: its quotes do not match, and `fields` has the whole line. */
export type Line = { fields: string[]; number: number; torn: boolean };

/**
 * Splits blocks of whole lines into records. A record is always one line (ADR 4): an unclosed quote costs its own line only, and
 * line numbers are exact. Empty lines are skipped.
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
  // A carriage return matters only between a quote and its line break: elsewhere fields are trimmed.
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
