import * as z from 'zod';

/** One item of a statement, as `read` gives it to `normalise`. */
export const statementItem = z.object({
  period: z.string(),
  item: z.string(),
  report: z.record(z.string(), z.string().nullable()),
});

/** Not in a period: `None` and empty. */
const isMissing = (value: unknown): boolean => value == null || value === 'None' || value === '';

/** A number of shares has no currency. */
export const isShares = (item: string): boolean => /shares|shsout/i.test(item);

/** The items of a statement, one a row. @param others fields that are no items */
export const itemsOf = (
  report: Record<string, unknown>,
  others: readonly string[],
  period: string,
): z.infer<typeof statementItem>[] =>
  Object.keys(report)
    .filter((item) => !others.includes(item) && !isMissing(report[item]))
    .map((item) => ({ period, item, report: report as Record<string, string | null> }));
