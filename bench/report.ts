/** One line of the table. */
export type Result = {
  what: string;
  /** Absolute figures: printed only, since machines differ. */
  found: string;
  baseline: string;
  /** Found divided by baseline of the same run; undefined if there is nothing to compare. */
  ratio?: number;
  /** Limit of the ratio; undefined prints it only. */
  target?: { atMost: number } | { atLeast: number };
};

export const isReached = ({ ratio, target }: Result): boolean => {
  if (ratio === undefined || !target) return true;
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
};

/** A share of a limit that does not depend on the speed of the machine, like the memory of a function. */
export const shareOf = (what: string, value: number, limit: number, unit: string, atMost: number): Result => ({
  what,
  found: `${Math.round(value)} ${unit}`,
  baseline: `limit: ${limit} ${unit}`,
  ratio: value / limit,
  target: { atMost },
});

/** Prints the results as a table. */
export function printResults(results: Result[]): void {
  const rows = [
    ['', 'what', 'found', 'baseline, same run', 'ratio', 'target'],
    ...results.map((result) => [
      isReached(result) ? '✓' : '✗',
      result.what,
      result.found,
      result.baseline,
      result.ratio === undefined ? '' : `${significant(result.ratio)} ×`,
      targetText(result.target),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function targetText(target: Result['target']): string {
  if (!target) return 'printed';
  return 'atMost' in target ? `≤ ${significant(target.atMost)} ×` : `≥ ${significant(target.atLeast)} ×`;
}

const significant = (value: number): string => String(Number(value.toPrecision(3)));
