import { addDays } from '../../contracts/dates.ts';
import { exact, exactSums } from '../indicators/exact.ts';
import { rsi } from '../indicators/rsi.ts';
import type { Observation } from '../prices/fold.ts';
import type { Series } from '../prices/series.ts';

/** Sessions before a session whose volume it is compared with, and how many of them must have one. */
export const VOLUME_SESSIONS = 20;
const MIN_VOLUMES = 10;
const DAYS_OF_52_WEEKS = 364;
/** With fewer sessions before it, no close is a high of 52 weeks, unless they reach back so far. */
const MIN_RANGE_SESSIONS = 20;
/** An RSI is rounded to six decimal places. */
const RSI_PLACES = 1e6;

/** The volume of a session, and the sum of those before it. */
type Volume = { volume: number; sum: number; count: number };

/** Numbers of sessions, by index; undefined if there is not enough before them. */
export type Numbers = {
  /** In 10⁻¹⁸. */
  close: (at: number) => bigint | undefined;
  /** Exact sum of the `n` closes that end with the session. */
  sum: (n: number, at: number) => bigint | undefined;
  /** RSI (14). */
  rsi: (at: number) => number | undefined;
  /** On today's scale. */
  volume: (at: number) => Volume | undefined;
  /** Index of the session with the highest (lowest) close of the 52 weeks before; the latest of equal ones. */
  extreme: (side: 'high' | 'low', at: number) => number | undefined;
};

/**
 * What alerts need of one series: the trusted closes on today's scale, and numbers derived from them. Each is computed when it is first
 * needed, and shared by all alerts on the ticker. A suspect close is no session: it neither fires nor re-arms.
 */
export class AlertInputs {
  readonly series: Series;
  readonly sessions: readonly Observation[];
  readonly #memory = new Map<string, unknown>();

  constructor(series: Series) {
    this.series = series;
    this.sessions = series.adjusted.filter(({ date }) => !series.suspects.has(date));
  }

  /** Index of the first session after a date (ISO). */
  firstAfter(date: string): number {
    const at = this.sessions.findIndex((session) => session.date > date);
    return at === -1 ? this.sessions.length : at;
  }

  /** The numbers of the sessions from a date (ISO) on, by the same indexes: they do not depend on what else was read. */
  from(date: string): Numbers {
    const at = this.sessions.findIndex((session) => session.date >= date);
    const first = at === -1 ? this.sessions.length : at;
    return this.once(`from ${first}`, () => this.#numbers(first));
  }

  #numbers(first: number): Numbers {
    const relative = this.once(`rsi ${first}`, () => lazily(() => this.#rsi(first)));
    return {
      close: (at) => (at >= first ? this.#closes[at] : undefined),
      sum: (n, at) => (at + 1 - n >= first ? this.#sums(n, at) : undefined),
      rsi: (at) => relative()[at - first],
      volume: (at) => this.#volume(first, at),
      extreme: (side, at) => this.#extreme(side, first, at),
    };
  }

  #volume(first: number, at: number): Volume | undefined {
    const volume = this.#volumes[at];
    const before = this.#volumes.slice(Math.max(first, at - VOLUME_SESSIONS), at).filter((one) => one !== undefined);
    const sum = before.reduce((all, one) => all + one, 0);
    return volume === undefined || before.length < MIN_VOLUMES || sum <= 0
      ? undefined
      : { volume, sum, count: before.length };
  }

  #extreme(side: 'high' | 'low', first: number, at: number): number | undefined {
    const found = this.once(`extremes ${side}`, () => extremes(this.sessions, this.#closes, side))[at];
    const from = addDays(this.sessions[at]?.date ?? '', -DAYS_OF_52_WEEKS);
    const isEnough = at - first >= MIN_RANGE_SESSIONS || (this.sessions[first]?.date ?? from) < from;
    return isEnough ? found : undefined;
  }

  /** Computes something once for this series. */
  once<T>(name: string, make: () => T): T {
    if (!this.#memory.has(name)) this.#memory.set(name, make());
    return this.#memory.get(name) as T;
  }

  get #closes(): readonly bigint[] {
    return this.once('closes', () => this.sessions.map(({ close }) => exact(close)));
  }

  get #sums() {
    return this.once('sums', () => exactSums(this.#closes));
  }

  #rsi(first: number): (number | undefined)[] {
    const closes = this.sessions.slice(first).map(({ close }) => Number(close));
    return rsi(closes).map((value) => (value === undefined ? undefined : Math.round(value * RSI_PLACES) / RSI_PLACES));
  }

  /** A split of 4:1 makes four shares of one. */
  get #volumes(): readonly (number | undefined)[] {
    return this.once('volumes', () => {
      const splits = this.series.splits.filter(({ kind, closes }) => kind === 'declared' && closes === 'raw');
      return this.sessions.map(({ date, volume }) =>
        volume === undefined
          ? undefined
          : splits.reduce((shares, split) => (date < split.date ? shares * split.ratio : shares), Number(volume)),
      );
    });
  }
}

/** One pass with a queue of candidates: each is higher (lower) than all after it. */
function extremes(
  sessions: readonly Observation[],
  closes: readonly bigint[],
  side: 'high' | 'low',
): (number | undefined)[] {
  const isBeaten = (old: bigint, by: bigint) => (side === 'high' ? old <= by : old >= by);
  const candidates: number[] = [];
  let first = 0;
  return sessions.map(({ date }, at) => {
    const from = addDays(date, -DAYS_OF_52_WEEKS);
    while (first < candidates.length && (sessions[candidates[first] ?? 0]?.date ?? '') < from) first++;
    const found = candidates[first];
    while (candidates.length > first && isBeaten(closes[candidates.at(-1) ?? 0] ?? 0n, closes[at] ?? 0n))
      candidates.pop();
    candidates.push(at);
    return found;
  });
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
