import { addDays } from '../../contracts/dates.ts';
import { mean } from '../indicators/averages.ts';
import { exact, exactSums } from '../indicators/exact.ts';
import { rsi } from '../indicators/rsi.ts';
import type { Observation } from '../prices/fold.ts';
import type { Series } from '../prices/series.ts';

/** Sessions before a session whose volume it is compared with, and how many of them must have one. */
export const VOLUME_SESSIONS = 20;
const MIN_VOLUMES = 10;
const DAYS_OF_52_WEEKS = 364;
/** A high of a few sessions is none of 52 weeks. */
const MIN_RANGE_SESSIONS = 20;
/** Wilder's averages depend on their first value, but not in these places. */
const RSI_PLACES = 1e6;

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

  /** The close of a session in 10⁻¹⁸. */
  close = (at: number): bigint | undefined => this.#closes[at];

  /** Exact sum of the `n` closes that end with a session; undefined if there are fewer. */
  sum = (n: number, at: number): bigint | undefined => this.#sums(n, at);

  /** RSI (14) of a session. */
  rsi = (at: number): number | undefined => this.#rsi[at];

  /** Volume of a session and the mean of the sessions before it, on today's scale. */
  volume(at: number): { volume: number; mean: number } | undefined {
    const volume = this.#volumes[at];
    const before = this.#volumes.slice(Math.max(0, at - VOLUME_SESSIONS), at).filter((one) => one !== undefined);
    if (volume === undefined || before.length < MIN_VOLUMES) return undefined;
    const average = mean(before);
    return average > 0 ? { volume, mean: average } : undefined;
  }

  /** Index of the session with the highest (lowest) close of the 52 weeks before a session; the latest of equal ones. */
  extreme = (side: 'high' | 'low', at: number): number | undefined =>
    this.once(`extremes ${side}`, () => extremes(this.sessions, this.#closes, side))[at];

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

  get #rsi() {
    return this.once('rsi', () =>
      rsi(this.sessions.map(({ close }) => Number(close))).map((value) =>
        value === undefined ? undefined : Math.round(value * RSI_PLACES) / RSI_PLACES,
      ),
    );
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
    const isEnough = at >= MIN_RANGE_SESSIONS || (sessions[0]?.date ?? date) <= from;
    while (candidates.length > first && isBeaten(closes[candidates.at(-1) ?? 0] ?? 0n, closes[at] ?? 0n))
      candidates.pop();
    candidates.push(at);
    return isEnough ? found : undefined;
  });
}
