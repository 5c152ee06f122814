import { isDeepStrictEqual } from 'node:util';
import { RETIRED_YEAR, revisionKey } from '../contracts/keys.ts';
import type { Refreshed } from '../contracts/refreshed.ts';
import { CHART_WINDOWS, type ChartWindow } from '../contracts/subscriber.ts';
import { type Correction, corrections } from '../domain/digest/corrections.ts';
import {
  hasChanged,
  hasShownUndone,
  observationsShown,
  observationsThen,
  type ShownTicker,
  segmentsToName,
  withoutHalfUndone,
} from '../domain/digest/knowledge.ts';
import { fold } from '../domain/prices/fold.ts';
import type { StoredSegment, TickerSegments } from '../domain/prices/segment-version.ts';
import { type Series, seriesOf } from '../domain/prices/series.ts';

type Mention = Pick<Refreshed, 'delivery' | 'revision' | 'droppedAt'>;

/** One ticker as it was read once, and what a delivery revision has changed of it. */
export class TickerView {
  readonly id: number;
  readonly ticker: string;
  /** Undefined where no observation stands. */
  readonly series: Series | undefined;
  /** True where nothing stands since the vendor has retired the ticker. */
  readonly isRetired: boolean;
  /** Of what stands, and of what stood without and with the delivery: the last date, undefined where there is none. */
  readonly lastDates: readonly (string | undefined)[];
  /** When the last reading that found it so began (ms since 1970). */
  readAt: number;
  readonly #versions: readonly StoredSegment[];
  readonly #mention: Mention | undefined;
  readonly #changed: ReadonlySet<ChartWindow>;
  readonly #undone = new Map<string, boolean>();
  readonly #corrections = new Map<string, Correction[]>();

  /** @param mention the revision that is told of, where its delivery speaks of the ticker */
  constructor(read: {
    id: number;
    ticker: string;
    segments: TickerSegments;
    readAt: number;
    mention: Mention | undefined;
    suspectMove: number;
  }) {
    const { id, ticker, segments, readAt, mention, suspectMove } = read;
    this.id = id;
    this.ticker = ticker;
    this.#mention = mention;
    this.#versions = withoutHalfUndone(segments.versions);
    this.readAt = readAt;
    this.series = seriesOf(ticker, fold(segments.standing), suspectMove);
    this.isRetired = !this.series && segments.standing.some(({ year }) => year === RETIRED_YEAR);
    const { changed, lastDates } = mention ? changesBy(mention, this.#versions) : { changed: [], lastDates: [] };
    this.#changed = new Set(changed);
    this.lastDates = [this.series?.last.date, ...lastDates];
  }

  /** True where anything was ever said of the ticker. */
  get wasReported(): boolean {
    return this.#versions.length > 0;
  }

  /** True where another reading found the same segments. */
  isSameAs = (other: TickerView): boolean => isDeepStrictEqual(other.#versions, this.#versions);

  /** True where the delivery has changed an observation inside the window. */
  hasChanged = (window: ChartWindow): boolean => this.#changed.has(window);

  /**
   * True where a mail showed what an earlier revision of the delivery wrote that died half-way, and other closes
   * stand in the window now: no revision is mailed for it otherwise.
   */
  undoesShown(window: ChartWindow, shown: ShownTicker): boolean {
    const delivery = this.#mention?.delivery;
    if (delivery === undefined) return false;
    return memoized(this.#undone, keyOf(window, shown), () => {
      if (!hasShownUndone(this.#versions, shown, delivery)) return false;
      return hasChanged(observationsShown(this.#versions, shown), this.series?.observations ?? [], window);
    });
  }

  /** The segments that a mail composed of this view shows, for its record in the ledger. */
  segmentsToName = (digest: string): string[] => segmentsToName(this.#versions, digest);

  /** @param shown what the mail showed that the subscriber was sent last */
  corrections(window: ChartWindow, shown: ShownTicker): Correction[] {
    // That a ticker is retired is news, and no correction of its closes.
    if (this.isRetired) return [];
    return memoized(this.#corrections, keyOf(window, shown), () =>
      corrections(this.ticker, observationsShown(this.#versions, shown), this.series, { window, shown: shown.window }),
    );
  }
}

/**
 * In which windows a revision has changed an observation. Compares the ticker without and with it, as it was then: what came
 * in since is told of by its own digest.
 */
function changesBy(mention: Mention, versions: readonly StoredSegment[]) {
  const finished = versions.filter(({ isUnfinished }) => !isUnfinished);
  const own = revisionKey(mention);
  const without = observationsThen(finished, (revision) => revision < own);
  const withIt = observationsThen(finished, (revision) => revision <= own);
  return {
    changed: CHART_WINDOWS.filter((window) => hasChanged(without, withIt, window)),
    lastDates: [without, withIt].map((observations) => observations.at(-1)?.date),
  };
}

const keyOf = (window: ChartWindow, { digest, window: shown, segments }: ShownTicker): string =>
  `${window} ${shown} ${digest} ${[...segments].join()}`;

function memoized<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
