import { knownAtOf, type Revision, type RevisionKey, revisionKey } from '../contracts/revision.ts';
import type { Folds } from '../domain/alerts/episodes.ts';
import { AlertInputs } from '../domain/alerts/inputs.ts';
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

  constructor(read: Read) {
    this.#read = read;
    this.#finished = read.versions.filter(({ isUnfinished }) => !isUnfinished);
  }

  /**
   * The current prices; undefined without a close. Without revisions that were never applied completely: when one is undone, no mail
   * would announce again what it hid.
   */
  get now(): AlertInputs | undefined {
    const { series, versions } = this.#read;
    const isFinished = versions.length === this.#finished.length;
    return this.#once('now', () => (isFinished ? series && new AlertInputs(series) : this.#known(() => true)));
  }

  /** Just before the announced revision, and up to it. */
  get folds(): Folds | undefined {
    const { now } = this;
    const { revision } = this.#read;
    if (!now || !revision) return undefined;
    const own = revisionKey(revision);
    const before = this.#once('before', () => this.#known((key) => key < own));
    // Usually nothing came after the revision, and both are the same.
    const isLast = this.#finished.every((version) => revisionKey(version) <= own);
    const after = isLast ? now : this.#once('after', () => this.#known((key) => key <= own));
    const settled = this.#once('settled', () => this.#known((key) => knownAtOf(key) <= settledAt(revision)));
    return { before, after, now, settled };
  }

  /** The fold after each revision that became known after a mail, the oldest first. */
  *since(mail: RevisionKey): Iterable<AlertInputs | undefined> {
    const keys = new Set(this.#finished.map(revisionKey).filter((key) => key > mail));
    for (const last of [...keys].sort()) yield this.#once(last, () => this.#known((key) => key <= last));
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
