import type { Checks } from '../../contracts/checks.ts';
import { ratioText } from '../../contracts/format.ts';
import type { Limits } from '../../contracts/profile.ts';
import { splitRatio } from '../prices/splits.ts';

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
} & Pick<Checks, 'unchangedCloses' | 'suspectCloses' | 'missingSessions' | 'jumps' | 'probableSplits' | 'movers'>;

const missingIn = ({ tickers, before }: Compared): string[] => {
  const own = new Set(tickers);
  return [...(before?.tickers ?? [])].filter((ticker) => !own.has(ticker)).sort();
};

/** The missing tickers, if there are so many that operators are warned; undefined otherwise. */
export function missingAbove(compared: Compared, limits: Limits): string[] | undefined {
  const missing = missingIn(compared);
  return missing.length > (compared.before?.tickers.size ?? 0) * limits.missingTickers ? missing : undefined;
}

/**
 * Decides whether a revision is held, and what operators are warned of.
 * @param followers number of subscribers who follow the missing tickers; undefined if they are few
 */
export function checksOf(compared: Compared, followers: number | undefined, limits: Limits): Checks {
  const { rows, tickers, replaces, before, unchangedCloses, suspectCloses, missingSessions } = compared;
  const { jumps, probableSplits, movers } = compared;
  const own = new Set(tickers);
  const added = before ? tickers.filter((ticker) => !before.tickers.has(ticker)) : [];
  const missing = missingIn(compared);
  const held = heldWarning({ rows, tickers: own.size }, replaces);
  const warnings = [
    held,
    before && followers !== undefined
      ? `${missing.length} of ${before.tickers.size} tickers of ${replaces ? 'the revision it replaces' : before.delivery} missing: ${named(missing)}. Subscribers who follow them: ${followers}`
      : undefined,
    isAbove(unchangedCloses, limits.unchangedCloses)
      ? `${unchangedCloses.count} of ${unchangedCloses.of} closes equal the ones before`
      : undefined,
    isAbove(suspectCloses, limits.suspectCloses)
      ? `${suspectCloses.count} of ${suspectCloses.of} closes moved by more than half since the ones before`
      : undefined,
    // The session of the file itself is one of them.
    missingSessions.length > (missingSessions.length + 1) * limits.missingSessions
      ? `no file of the sessions ${named(missingSessions)}, after ${before?.delivery}`
      : undefined,
    ...probableSplits.slice(0, NAMED_IN_WARNING).map(splitQuestion),
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
    ...(followers !== undefined && { followers }),
    likelyRenames: likelyRenames(missing, added),
    unchangedCloses,
    suspectCloses,
    missingSessions: [...missingSessions],
    jumps,
    probableSplits: probableSplits.slice(0, NAMED),
    movers,
  };
}

/** True if a share of enough closes is above its limit. */
const isAbove = ({ count, of }: Checks['unchangedCloses'], limit: number): boolean =>
  of >= MIN_COMPARED && count > of * limit;

function heldWarning(
  { rows, tickers }: { rows: number; tickers: number },
  replaces: Compared['replaces'],
): string | undefined {
  if (!replaces || replaces.rows < HOLD_MIN_ROWS) return undefined;
  const isShort = rows < replaces.rows * HOLD_SHARE || tickers < replaces.tickers * HOLD_SHARE;
  if (!isShort) return undefined;
  return `${rows} rows of ${tickers} tickers would replace ${replaces.rows} rows of ${replaces.tickers} tickers`;
}

function splitQuestion({ ticker, date, was, close, next }: Checks['probableSplits'][number]): string {
  const ratio = ratioText(splitRatio(Number(was), Number(close)) ?? 1);
  return `${ticker} may be a ${ratio} split on ${date} (${was}, then ${close} and ${next}): if it was one, declare it on the page of the ticker`;
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
