import { type ChartWindow, DEFAULT_WINDOW } from '../contracts/chart-options.ts';
import type { Displayed, LedgerRecord } from '../contracts/ledger-record.ts';
import type { RevisionKey } from '../contracts/revision.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { weekKey, weekOf } from '../contracts/weekly.ts';
import type { FollowedTicker } from '../domain/digest/digest.ts';
import { displayedTicker, packDisplayed } from '../domain/digest/displayed.ts';
import type { TickerSnapshot } from '../pricing/ticker-snapshot.ts';
import type { ReadTicker } from './read-ticker-once.ts';

/** A followed ticker with the snapshot it was read from: the whole mail uses that one. */
export type FollowedSnapshot = FollowedTicker & {
  snapshot: TickerSnapshot;
  /** False for a ticker that only an earlier mail displayed, for an alert: its corrections are listed. */
  isShown: boolean;
  /** The same ticker, if it is followed under several names. */
  alsoAs?: readonly FollowedSnapshot[];
};

/** The tickers of a mail: those that the subscriber follows, and others that their alerts brought in. */
export type MailTickers = {
  followed: Subscriber['tickers'];
  /** Tickers that fired. */
  fired: readonly string[];
  /** Tickers with an alert that the last mail may have displayed. */
  alerted: readonly string[];
};

/**
 * Reads each ticker of a mail, and whether the revision changed it.
 * @param last ledger record of the subscriber's last digest
 * @param window days of the charts of tickers that are not followed
 */
export const readFollowed = async (
  read: ReadTicker,
  { followed: tickers, fired, alerted }: MailTickers,
  last: LedgerRecord | undefined,
  window: ChartWindow = DEFAULT_WINDOW,
): Promise<FollowedSnapshot[]> => {
  const isOther = (ticker: string) => !Object.hasOwn(tickers, ticker);
  const known = alerted.filter((ticker) => displayedIn(last, ticker) !== undefined);
  const others = [...new Set([...fired, ...known])].filter(isOther);
  const followed = await Promise.all([
    ...Object.entries(tickers).map(([ticker, one]) => readOne(read, ticker, one.window, last)),
    ...others.map(async (ticker) => ({
      ...(await readOne(read, ticker, window, last)),
      // Only its alert is news.
      hasChanged: false,
      isShown: fired.includes(ticker),
    })),
  ]);
  // Who follows a ticker under two names sees it once, with the longest window. An alert on another name of it hides no news.
  const byName = Map.groupBy(followed, ({ name }) => name);
  return [...byName.values()].flatMap((same) => {
    const [first, ...alsoAs] = same.sort(
      (a, b) => Number(isOther(a.ticker)) - Number(isOther(b.ticker)) || byWindow(a, b),
    );
    const isShown = same.some((one) => one.isShown);
    return first ? [{ ...first, isShown, ...(alsoAs.length > 0 && { alsoAs }) }] : [];
  });
};

async function readOne(
  read: ReadTicker,
  ticker: string,
  window: ChartWindow,
  last: LedgerRecord | undefined,
): Promise<FollowedSnapshot> {
  const snapshot = await read(ticker);
  const displayed = displayedOf(last, ticker, snapshot);
  const { name, company, series, isRetired, wasReported } = snapshot;
  const isNews = snapshot.hasChanged(window) && !(displayed && snapshot.isDeclaredAgain(window, displayed));
  const hasChanged = isNews || (displayed !== undefined && snapshot.undoesDisplayed(window, displayed));
  const late = snapshot.hasChanged(window) ? snapshot.late(window) : [];
  const isOnlyLate = late.length > 0 && snapshot.isOnlyLate;
  return {
    ticker,
    name,
    company,
    window,
    series,
    isRetired,
    wasReported,
    hasChanged,
    late,
    isOnlyLate,
    snapshot,
    isShown: true,
  };
}

/** The longest window first; then the current name. */
const byWindow = (a: FollowedTicker, b: FollowedTicker): number =>
  b.window - a.window || Number(b.ticker === b.name) - Number(a.ticker === a.name);

/** What a digest about these tickers displays, for its ledger record. @param digest key of the record */
export const displayedBy = (followed: readonly FollowedSnapshot[], digest: RevisionKey): Displayed =>
  packDisplayed(
    followed
      .flatMap((one) => [one, ...(one.alsoAs ?? [])])
      .map(({ ticker, window, snapshot }) => ({ ticker, window, segments: snapshot.segmentsToName(digest) })),
  );

/** What the last mail displayed of a ticker. */
const displayedIn = (last: LedgerRecord | undefined, ticker: string) =>
  last && displayedTicker(last.displayed, displayKey(last), ticker);

/** The same, under the name by which it is followed now, or else under another one: who follows it may have changed the name. */
export const displayedOf = (last: LedgerRecord | undefined, ticker: string, { names }: TickerSnapshot) =>
  [ticker, ...names].map((name) => displayedIn(last, name)).find((one) => one !== undefined);

/** What orders the closes that a mail displayed. */
const displayKey = ({ kind, key }: LedgerRecord): RevisionKey =>
  kind === 'weekly' ? weekKey(weekOf(key)) : (key as RevisionKey);
