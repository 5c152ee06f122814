import type { Checks } from '../../contracts/checks.ts';
import { splitRatio } from './splits.ts';

/** Rises and falls that are kept, each. */
const MAX_MOVERS = 50;
/** A larger move may be a mistake. */
const MAX_MOVE = 0.5;
/** The lists are cut when they have grown to this. */
const MAX_COLLECTED = 2_000;

type Mover = Checks['movers'][number];
type Close = { date: string; close: string; split?: string };

/** The tickers of one delivery whose last close moved most. */
export class TopMovers {
  #movers: Mover[] = [];

  add(ticker: string, before: Close, last: Close | undefined): void {
    if (!last || last.close === before.close) return;
    const { date, close, split } = last;
    const mover = { ticker, date, was: before.close, close, ...(split && { split }) };
    if (!isDoubtful(mover)) this.#movers.push(mover);
    if (this.#movers.length > MAX_COLLECTED) this.#movers = extremes(this.#movers);
  }

  /** The largest rise first, the largest fall last. */
  list = (): Mover[] => extremes(this.#movers);
}

/** Relative change of a mover, on the scale after a declared split. */
export const changeOf = ({ was, close, split }: Mover): number =>
  (Number(close) * Number(split ?? 1)) / Number(was) - 1;

/** True if a move is too large to be trusted before the next close, or may be a split. */
const isDoubtful = (mover: Mover): boolean =>
  Math.abs(changeOf(mover)) > MAX_MOVE ||
  (!mover.split && splitRatio(Number(mover.was), Number(mover.close)) !== undefined);

/** @returns the largest rises and falls, by change */
function extremes(movers: readonly Mover[]): Mover[] {
  const sorted = movers.toSorted((a, b) => changeOf(b) - changeOf(a) || (a.ticker < b.ticker ? -1 : 1));
  return sorted.length <= 2 * MAX_MOVERS ? sorted : [...sorted.slice(0, MAX_MOVERS), ...sorted.slice(-MAX_MOVERS)];
}
