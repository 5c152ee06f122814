import * as z from 'zod';

/** Some tickers of a long list, and how many there are. */
const tickerList = z.object({ count: z.int(), first: z.array(z.string()) });

/**
 * What a revision was compared with, and whether it is held: `checks.json` in the records bucket. Written once, before the manifest, so
 * that the outcome does not depend on when a retry runs.
 */
export const checks = z.object({
  decision: z.enum(['apply', 'hold']),
  /** Why operators should look at it: always for a held revision, and for an applied one above the limits of the profile. */
  warnings: z.array(z.string()),
  rows: z.int(),
  tickers: z.int(),
  /** The revision that it would replace. */
  replaces: z.object({ revision: z.string(), rows: z.int(), tickers: z.int() }).optional(),
  /** The delivery whose tickers were compared: the replaced revision, or the feed's delivery before; absent if there is none. */
  comparedWith: z.string().optional(),
  newTickers: tickerList,
  missingTickers: tickerList,
  /** Pairs that differ only in their marks, like BRK.B and BRK-B. */
  likelyRenames: z.array(z.object({ from: z.string(), to: z.string() })),
  /** Closes that equal the ticker's close before, of those that were compared. */
  unchangedCloses: z.object({ count: z.int(), of: z.int() }),
});

export type Checks = z.infer<typeof checks>;
