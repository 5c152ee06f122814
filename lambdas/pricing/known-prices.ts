import { TOMBSTONE_YEAR } from '../contracts/keys.ts';
import { knownAtOf, type Revision, type RevisionKey, revisionKey } from '../contracts/revision.ts';
import type { ToldFire } from '../contracts/told-alerts.ts';
import { episodeNow, type Folds } from '../domain/alerts/episodes.ts';
import { AlertInputs } from '../domain/alerts/inputs.ts';
import type { Fire } from '../domain/alerts/replay.ts';
import { unpackRows } from '../domain/delivery/segment.ts';
import { observationsKnown } from '../domain/digest/displayed-segments.ts';
import type { StoredSegment } from '../domain/prices/segment-version.ts';
import { type Series, seriesOf } from '../domain/prices/series.ts';

/** A mail that is not sent in this time was given up. */
const SETTLED_MS = 12 * 3_600_000;

const settledAt = ({ knownAt }: Revision): string => new Date(Date.parse(knownAt) - SETTLED_MS).toISOString();

type Read = {
  ticker: string;
  series: Series | undefined;
  versions: readonly StoredSegment[];
  revision: Revision | undefined;
  suspectMove: number;
};

/** One ticker as it was known at several times, for its alerts. Each fold is made when it is first needed, and shared by all mails. */
export class KnownPrices {
  readonly #read: Read;
  readonly #finished: readonly StoredSegment[];
  readonly #folds = new Map<string, AlertInputs | undefined>();
  readonly #episodes = new Map<string, Fire | undefined>();

  constructor(read: Read) {
    this.#read = read;
    this.#finished = read.versions.filter(({ isUnfinished }) => !isUnfinished);
  }

  /**
   * The current prices; undefined without a close. Revisions that were never applied completely are left out: they will be undone, and
   * nothing is announced then.
   */
  get now(): AlertInputs | undefined {
    const { series, versions } = this.#read;
    const isFinished = versions.length === this.#finished.length;
    return this.#once('now', () => (isFinished ? series && new AlertInputs(series) : this.#known(() => true)));
  }

  /** The times of the announced revision; undefined without one, or without a close. */
  get folds(): Folds | undefined {
    const { now } = this;
    const { revision } = this.#read;
    if (!now || !revision) return undefined;
    const own = revisionKey(revision);
    const once = (name: string, wasKnown: (key: RevisionKey) => boolean) =>
      this.#once(name, () => this.#known(wasKnown));
    const isLast = this.#finished.every((version) => revisionKey(version) <= own);
    const firstChanged = () => this.#firstChanged(revision);
    return {
      now,
      // Each is folded only if it is asked for: for most alerts none is.
      get before() {
        return once('before', (key) => key < own);
      },
      get after() {
        // Usually nothing came after the revision, and both are the same.
        return isLast ? now : once('after', (key) => key <= own);
      },
      get settled() {
        return once('settled', (key) => knownAtOf(key) <= settledAt(revision));
      },
      get firstChanged() {
        return firstChanged();
      },
    };
  }

  /** The episode of a told fire as it is now: see episodeNow. */
  episode(told: ToldFire): Fire | undefined {
    const { rule, date, until, by } = told;
    const question = JSON.stringify([rule, date, until, by]);
    if (!this.#episodes.has(question))
      this.#episodes.set(
        question,
        episodeNow(told, this.now, () => this.#since(by as RevisionKey)),
      );
    return this.#episodes.get(question);
  }

  /** The fold after each revision that became known after a mail, the oldest first. They are not kept: there may be many. */
  *#since(mail: RevisionKey): Iterable<AlertInputs | undefined> {
    const keys = new Set(this.#finished.map(revisionKey).filter((key) => key > mail));
    for (const last of [...keys].sort()) yield this.#known((key) => key <= last);
  }

  /** The delivery's own rows, those that the revision replaced too; a declaration may change every close. */
  #firstChanged({ delivery }: Revision): string {
    const own = this.#read.versions.filter((version) => version.delivery === delivery);
    const dates = own.flatMap((segment) => {
      if (segment.year === TOMBSTONE_YEAR) return [''];
      return unpackRows(segment)
        .slice(0, 1)
        .map(({ day }) => `${segment.year}-${day.slice(0, 2)}-${day.slice(2)}`);
    });
    return dates.sort()[0] ?? '';
  }

  #known(wasKnown: (key: RevisionKey) => boolean): AlertInputs | undefined {
    const { ticker, suspectMove } = this.#read;
    const series = seriesOf(ticker, observationsKnown(ticker, this.#finished, wasKnown), suspectMove);
    return series && new AlertInputs(series);
  }

  #once(name: string, make: () => AlertInputs | undefined): AlertInputs | undefined {
    if (!this.#folds.has(name)) this.#folds.set(name, make());
    return this.#folds.get(name);
  }
}
