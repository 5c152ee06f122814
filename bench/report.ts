/** One line of the table. */
export type Result = { what: string; found: string; baseline: string; target: string; reached: boolean };

/** Prints what was found beside its baseline of the same run and what must be reached. */
export function printResults(results: Result[]): void {
  const columns: (keyof Omit<Result, 'reached'>)[] = ['what', 'found', 'baseline', 'target'];
  const head = { what: 'what', found: 'found', baseline: 'baseline, same run', target: 'must reach', reached: true };
  const width = (column: (typeof columns)[number]) => Math.max(...[head, ...results].map((row) => row[column].length));
  for (const [i, row] of [head, ...results].entries()) {
    const mark = i === 0 ? ' ' : row.reached ? '✓' : '✗';
    console.log(`${mark} ${columns.map((column) => row[column].padEnd(width(column))).join('  ')}`.trimEnd());
  }
}
