import Papa from 'papaparse';

/** One line of a file: its fields, its number (the header is 1); torn where its quotes do not pair up: then it is one field, as it came. */
export type Line = { fields: string[]; number: number; torn: boolean };

/**
 * Splits blocks of whole lines into records. A record is always one line: a quote that is never closed
 * costs its own line and no other, and line numbers are exact. Empty lines are passed over.
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
  // papaparse finds no row at all in an empty line that stands alone.
  if (text === '') return [{ fields: [''], torn: false }];
  if (!text.includes('"')) return parse(text).data.map((fields) => ({ fields, torn: false }));
  // Only between a quote and its line break does a carriage return matter: elsewhere fields are trimmed.
  const quoted = text.replaceAll(/\r(?=\n|$)/g, '');
  const whole = parse(quoted);
  if (whole.errors.length === 0 && !whole.data.some((row) => row.some(hasLineBreak))) {
    return whole.data.map((fields) => ({ fields, torn: false }));
  }
  // Quotes that pair up across a line break would swallow lines: here each line speaks for itself.
  return quoted.split('\n').map((line) => {
    const { data, errors } = parse(line);
    const torn = errors.length > 0;
    return { fields: torn ? [line] : (data[0] ?? ['']), torn };
  });
}

const parse = (text: string) => Papa.parse<string[]>(text, { delimiter: ',', newline: '\n' });

const hasLineBreak = (field: string) => field.includes('\n');
