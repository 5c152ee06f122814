import { isDeepStrictEqual } from 'node:util';
import type { ChartWindow } from '../contracts/chart-options.ts';
import { windowStart } from '../contracts/dates.ts';
import { isDeclared, parseDeliveryId } from '../contracts/delivery-id.ts';
import { type Revision, type RevisionKey, revisionKey } from '../contracts/revision.ts';
import { tombstoneIn } from '../domain/delivery/tombstone.ts';
import { type Correction, corrections } from '../domain/digest/corrections.ts';
import type { LateClose } from '../domain/digest/digest.ts';
import {
  type DisplayedTicker,
  hasChanged,
  hasDisplayedUndone,
  observationsDisplayed,
  segmentsToName,
  withoutIncompleteUndo,
} from '../domain/digest/displayed-segments.ts';
import { folded } from '../domain/prices/fold.ts';
import type { StoredSegment, TickerSegments } from '../domain/prices/segment-version.ts';
import { type Series, seriesOf } from '../domain/prices/series.ts';
import { KnownPrices } from './known-prices.ts';
import { changesOf } from './revision-changes.ts';

/** One ticker as it was read once, and what a delivery revision changed of it. */
export class TickerSnapshot {
  readonly id: number;
  /** As it was asked for. `name`: the name it has now. */
  readonly ticker: string;
  readonly name: string;
  /** All names that only this ticker has had since. */
  readonly names: readonly string[];
  /** Name of the company; empty if the vendor sends none. */
  readonly company: string;
  /** Calendar year from which segments were read. */
  readonly fromYear: string;
  /** The series as earlier mails knew it, for alerts. */
  readonly known: KnownPrices;
  /** Undefined if there is no current observation. */
  readonly series: Series | undefined;
  /** True if there is no current observation because the vendor retired the ticker. */
  readonly isRetired: boolean;
  /** File dates (ISO) of the deliveries that retired the ticker. */
  readonly retiredOn: readonly string[];
  /** True if a delivery ever contained the ticker. */
  readonly wasReported: boolean;
  /** When the latest read with this result started (ms since 1970). */
  readAt: number;
  readonly #versions: readonly StoredSegment[];
  readonly #revision: Revision | undefined;
  #changesMade: ReturnType<typeof changesOf> | undefined;
  readonly #undone = new Map<string, boolean>();
  readonly #corrections = new Map<string, Correction[]>();

  /** @param revision the announced revision, if the ticker is in its change list */
  constructor(read: {
    id: number;
    ticker: string;
    fromYear: string;
    segments: TickerSegments;
    readAt: number;
    revision: Revision | undefined;
    suspectMove: number;
  }) {
    const { id, ticker, fromYear, segments, readAt, revision, suspectMove } = read;
    this.id = id;
    this.ticker = ticker;
    this.fromYear = fromYear;
    this.#revision = revision;
    this.#versions = withoutIncompleteUndo(segments.versions);
    this.readAt = readAt;
    const { observations, ticker: name, company, identity } = folded(ticker, segments.current);
    this.name = name;
    this.names = identity.names.filter(({ lost }) => lost === undefined).map((one) => one.name);
    this.company = company ?? '';
    this.series = seriesOf(name, observations, suspectMove);
    this.known = new KnownPrices({ ticker, series: this.series, versions: this.#versions, revision, suspectMove });
    this.wasReported = this.#versions.some(
      (segment) =>
        identity.names.some((one) => one.name === segment.ticker) && (tombstoneIn(segment)?.isRetired ?? true),
    );
    this.retiredOn = identity.retirements.map(({ from }) => from.fileDate);
    this.isRetired = !this.series && identity.retirements.length > 0;
  }

  /** What the revision changed. Folded when it is first asked for: an alert often needs the current prices only. */
  get #changes(): ReturnType<typeof changesOf> {
    this.#changesMade ??= this.#revision ? changesOf(this.ticker, this.#revision, this.#versions) : NO_CHANGES;
    return this.#changesMade;
  }

  /** True if the last dates (ISO) of the current observations, and of those before and after the revision, all pass a test. */
  areLastDates(isGood: (date: string | undefined) => boolean): boolean {
    if (!isGood(this.series?.last.date)) return false;
    return this.#wasKnownBefore(isGood) || this.#changes.lastDates.every(isGood);
  }

  /** True if a current observation with a good date was known before the revision: it was known after it, too. */
  #wasKnownBefore(isGood: (date: string) => boolean): boolean {
    const revision = this.#revision;
    if (!revision) return true;
    const found = this.series?.observations.findLast(({ delivery }) => delivery !== revision.delivery);
    const own = revisionKey(revision);
    const isOlder = (one: StoredSegment) =>
      one.delivery === found?.delivery && !one.isReplaced && revisionKey(one) < own;
    return found !== undefined && isGood(found.date) && this.#versions.some(isOlder);
  }

  /** True if the revision only added closes before the last one. */
  get isOnlyLate(): boolean {
    return this.#changes.isOnlyLate;
  }

  /** True if another read returned the same segments. */
  isSameAs = (other: TickerSnapshot): boolean => isDeepStrictEqual(other.#versions, this.#versions);

  /** True if the revision changed a close inside the window. */
  hasChanged = (window: ChartWindow): boolean => this.#changes.changed.includes(window);

  /** Closes inside the window that the revision added before one that was known already. */
  late(window: ChartWindow): LateClose[] {
    const from = windowStart(this.series?.last.date ?? '9999-12-31', window);
    return this.#changes.late.filter(({ date }) => date >= from);
  }

  /**
   * True if a digest displayed an unfinished revision of the delivery, and observations inside the window differ now. Undoing that
   * revision was not announced, so the digest of this revision must correct it.
   */
  undoesDisplayed(window: ChartWindow, displayed: DisplayedTicker): boolean {
    const delivery = this.#revision?.delivery;
    if (delivery === undefined) return false;
    return memoized(this.#undone, cacheKey(window, displayed), () => {
      if (!hasDisplayedUndone(this.#versions, displayed, delivery)) return false;
      return hasChanged(observationsDisplayed(this.#versions, displayed), this.series?.observations ?? [], window);
    });
  }

  /** True if the revision is a declaration, and a digest displayed the current observations: it was taken back in between. */
  isDeclaredAgain(window: ChartWindow, displayed: DisplayedTicker): boolean {
    if (!this.#revision || !isDeclared(parseDeliveryId(this.#revision.delivery))) return false;
    return !hasChanged(observationsDisplayed(this.#versions, displayed), this.series?.observations ?? [], window);
  }

  /** Names of the segments that a digest from this snapshot displays, for its ledger record. */
  segmentsToName = (digest: RevisionKey): string[] => segmentsToName(this.ticker, this.#versions, digest);

  /** @param displayed what the subscriber's last digest displayed */
  corrections(window: ChartWindow, displayed: DisplayedTicker): Correction[] {
    // A retired ticker has no corrected closes.
    if (this.isRetired) return [];
    return memoized(this.#corrections, cacheKey(window, displayed), () =>
      corrections(this.name, observationsDisplayed(this.#versions, displayed), this.series, {
        current: window,
        displayed: displayed.window,
      }),
    );
  }
}

const NO_CHANGES: ReturnType<typeof changesOf> = { changed: [], lastDates: [], late: [], isOnlyLate: false };

const cacheKey = (window: ChartWindow, { digest, window: displayed, segments }: DisplayedTicker): string =>
  `${window} ${displayed} ${digest} ${[...segments].join()}`;

function memoized<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const made = make();
  cache.set(key, made);
  return made;
}
