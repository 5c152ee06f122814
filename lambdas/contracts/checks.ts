import * as z from 'zod';

/** Some tickers of a long list, and how many there are. */
const tickerList = z.object({ count: z.int(), first: z.array(z.string()) });

/** A close of a date that is far from the one before (`was`). Exact decimals. */
const jump = z.object({ ticker: z.string(), date: z.string(), was: z.string(), close: z.string() });

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
  /** Subscribers who follow the missing tickers; absent if these are few. */
  followers: z.int().optional(),
  /** Pairs that differ only in their marks, like BRK.B and BRK-B. */
  likelyRenames: z.array(z.object({ from: z.string(), to: z.string() })),
  /** Closes that equal the ticker's close before, of those that were compared. */
  unchangedCloses: z.object({ count: z.int(), of: z.int() }),
  /** Closes that moved by more than half since the ticker's close before. */
  suspectCloses: z.object({ count: z.int(), of: z.int() }).default({ count: 0, of: 0 }),
  /** Sessions between the feed's delivery before and this file of which no close came: ISO dates. */
  missingSessions: z.array(z.string()).default([]),
  /** Tickers whose close moved like a split since the delivery before, without a declaration in the file. */
  jumps: z.array(jump),
  /** Jumps of the delivery before that the next close confirms, and that nobody has declared: operators are asked. */
  probableSplits: z.array(jump.extend({ next: z.string() })),
  /** The tickers whose last close moved most since the one before, the largest rises and falls; `split`: a declared one in between. */
  movers: z.array(jump.extend({ split: z.string().optional() })).default([]),
});

export type Checks = z.infer<typeof checks>;
