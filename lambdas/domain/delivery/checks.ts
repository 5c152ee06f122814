import type { Checks } from '../../contracts/checks.ts';
import type { Limits } from '../../contracts/profile.ts';

/** A re-drop of fewer than this share of the rows or tickers before is held. */
const HOLD_SHARE = 0.5;
/** A revision that replaces fewer rows is never held. */
const HOLD_MIN_ROWS = 20;
/** With fewer compared closes there is no warning. */
const MIN_COMPARED = 10;
/** Tickers that a list names, and that a warning names. */
const NAMED = 20;
const NAMED_IN_WARNING = 5;

/** What a revision is compared with. */
export type Compared = {
  rows: number;
  tickers: readonly string[];
  replaces: { revision: string; rows: number; tickers: number } | undefined;
  /** Id and tickers of the replaced revision, or of the feed's delivery before. */
  before: { delivery: string; tickers: ReadonlySet<string> } | undefined;
  unchangedCloses: { count: number; of: number };
};

/** Decides whether a revision is held, and what operators are warned of. */
export function checksOf({ rows, tickers, replaces, before, unchangedCloses }: Compared, limits: Limits): Checks {
  const own = new Set(tickers);
  const added = before ? tickers.filter((ticker) => !before.tickers.has(ticker)) : [];
  const missing = before ? [...before.tickers].filter((ticker) => !own.has(ticker)).sort() : [];
  const held = heldWarning({ rows, tickers: own.size }, replaces);
  const warnings = [
    held,
    before && missing.length > before.tickers.size * limits.missingTickers
      ? `${missing.length} of ${before.tickers.size} tickers of ${replaces ? 'the revision it replaces' : before.delivery} are missing: ${named(missing)}`
      : undefined,
    unchangedCloses.of >= MIN_COMPARED && unchangedCloses.count > unchangedCloses.of * limits.unchangedCloses
      ? `${unchangedCloses.count} of ${unchangedCloses.of} closes equal the ones before`
      : undefined,
  ];
  return {
    decision: held ? 'hold' : 'apply',
    warnings: warnings.filter((warning) => warning !== undefined),
    rows,
    tickers: own.size,
    ...(replaces && { replaces }),
    ...(before && { comparedWith: before.delivery }),
    newTickers: listOf(added),
    missingTickers: listOf(missing),
    likelyRenames: likelyRenames(missing, added),
    unchangedCloses,
  };
}

function heldWarning(
  { rows, tickers }: { rows: number; tickers: number },
  replaces: Compared['replaces'],
): string | undefined {
  if (!replaces || replaces.rows < HOLD_MIN_ROWS) return undefined;
  const isShort = rows < replaces.rows * HOLD_SHARE || tickers < replaces.tickers * HOLD_SHARE;
  if (!isShort) return undefined;
  return `${rows} rows of ${tickers} tickers would replace ${replaces.rows} rows of ${replaces.tickers} tickers`;
}

const listOf = (tickers: readonly string[]): Checks['newTickers'] => ({
  count: tickers.length,
  first: tickers.slice(0, NAMED),
});

const named = (tickers: readonly string[]): string => {
  const more = tickers.length - NAMED_IN_WARNING;
  return `${tickers.slice(0, NAMED_IN_WARNING).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** Missing and new tickers that are equal without their marks. */
function likelyRenames(missing: readonly string[], added: readonly string[]): Checks['likelyRenames'] {
  const plain = (ticker: string) => ticker.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
  const byPlain = new Map(added.map((ticker) => [plain(ticker), ticker]));
  return missing
    .flatMap((from) => {
      const to = byPlain.get(plain(from));
      return to === undefined ? [] : [{ from, to }];
    })
    .slice(0, NAMED);
}
