import type { Limits } from '../../contracts/profile.ts';
import type { Counts, DifferingClose, Problem } from '../../contracts/report.ts';
import { BadFile, describeProblem, quote } from './bad-file.ts';

/** Fewer bad rows reject a file only if they outnumber the good ones. Fewer tickers with different closes never do. */
const MIN_BAD_ROWS = 3;
/** Fewer tickers with different closes reject a file only if they are most of its tickers. */
const MIN_DIFFERING_TICKERS = 5;
/** Fewer overwritten rows never reject a file. */
const MIN_OVERWRITTEN = 20;
const REASONS = 3;

/** What a file showed once all of its rows were read. */
export type ReadRows = {
  rows: Counts;
  problems: readonly Problem[];
  differing: readonly DifferingClose[];
  /** Rows that a later row with another close overwrote. */
  overwritten: number;
  tickers: number;
  ranges: { compared: number; outside: number };
  /** Name of the column of closes. */
  close: string;
  limits: Limits;
  /** Columns without a role. */
  unused: readonly string[];
};

/** @throws BadFile if the whole file is to be rejected */
export function checkRows(read: ReadRows): void {
  checkBadRows(read);
  checkRanges(read);
  checkDiffering(read);
}

/** @throws BadFile if no row is valid, or too many are bad */
export function checkBadRows({ rows, problems, limits }: Pick<ReadRows, 'rows' | 'problems' | 'limits'>): void {
  const { accepted, quarantined, withoutClose } = rows;
  const listed = problems.slice(0, REASONS).map(describeProblem).join('; ');
  const reasons = listed && `, the first: ${listed}`;
  if (accepted === 0) {
    const none = withoutClose > 0 ? `${withoutClose} without a close` : 'none';
    throw new BadFile({
      expected: 'at least one valid row',
      found: quarantined > 0 ? `${quarantined} bad${reasons}` : none,
    });
  }
  const all = accepted + quarantined;
  const share = quarantined / all;
  const isLarge = quarantined >= MIN_BAD_ROWS ? share > limits.badRows : share > Math.max(limits.badRows, 0.5);
  if (!isLarge) return;
  throw new BadFile({
    expected: `at most ${percent(limits.badRows)} bad rows`,
    found: `${quarantined} bad of ${all} (${percent(share)})${reasons}`,
  });
}

function checkRanges({ ranges: { compared, outside }, close, limits }: ReadRows): void {
  const isLarge = outside >= MIN_BAD_ROWS && outside / compared > limits.closesOutsideRange;
  if (!isLarge && outside <= compared / 2) return;
  throw new BadFile({
    column: close,
    expected: 'closes between the low and the high of their row',
    found: `${outside} of ${compared} rows outside (${percent(outside / compared)})`,
    advice: `Is ${quote(close)} the previous or the adjusted close? Send the close of the day, or name its column in the profile of the feed.`,
  });
}

function checkDiffering({ rows, differing, overwritten, tickers, limits, unused }: ReadRows): void {
  const found = new Set(differing.map(({ ticker }) => ticker)).size;
  const [first] = differing;
  const isMany = found >= MIN_DIFFERING_TICKERS && found / tickers > limits.differingCloses;
  const isMost = found >= MIN_BAD_ROWS && found > tickers / 2;
  // Few tickers may have many closes for each day: the column of tickers may be another one.
  const isMostRows = overwritten >= MIN_OVERWRITTEN && overwritten > rows.accepted / 2;
  if (!first || !(isMany || isMost || isMostRows)) return;
  const candidates = unused.length > 0 ? ` on a column such as ${unused.slice(0, 5).map(quote).join(' or ')}` : '';
  const [before, after] = first.closes;
  throw new BadFile({
    expected: 'one close for each ticker and day',
    found: `different closes for ${found} of ${tickers} tickers, the first: ${quote(first.ticker)} on ${first.date} has ${before} in line ${first.lines[0]} and ${after} in line ${first.lines[1]}`,
    advice: `Which rows are meant? Send only those, or set a filter in the profile of the feed${candidates} (like SERIES = EQ).`,
  });
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
