import { createHash } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { RETIRED_YEAR } from '../../lambdas/contracts/keys.ts';
import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { correctionText } from '../../lambdas/domain/digest/correction-text.ts';
import type { Correction } from '../../lambdas/domain/digest/corrections.ts';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import { windowStart } from '../../lambdas/domain/prices/series.ts';
import { inPath } from '../support/api-world.ts';
import { INGEST_SETTINGS } from '../support/drops.ts';
import type { Fault } from './faults.ts';
import { deliveryOf, Reference } from './reference.ts';
import { Simulation } from './simulation.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2020-01-08T21:00:00Z');
const OPERATOR = 'night@example.com';

/** One thing that somebody does, and what goes wrong with it. */
export type Action = {
  what: 'drop' | 'again' | 'revoke' | 'replay' | 'remove' | 'limit';
  key: string;
  rows: string[];
  /** Bad rows beside these. */
  bad: number;
  /** Share of bad rows that is allowed from then on, where limits change. */
  share: number;
  fault: { kind: 'none' | 'before' | 'after' | 'death' | 'twice' | 'paused'; at: number };
  /** What happens when its first try has failed, died or stands still. */
  meanwhile: 'nothing' | 'remove' | 'limit' | 'mail' | 'newer';
  /** True where fan-out waits until another time. */
  lags: boolean;
};

/** A file: what it says, and whether it is good by which limit. */
type File = { content: string; badShare: number };
/** What a reader saw in their last mail: ticker → date → close. */
type Seen = Map<string, Map<string, string>>;

/**
 * The real thing and the plainest model, side by side. What must come out is worked out from the files, and from the
 * prices that stood when each mail was sent. Of the records only this is looked at: what an operator sees, and whether a
 * file that died, and could not be read again, had been applied whole.
 */
export class Oracle {
  readonly #world = new Simulation();
  #reference = new Reference();
  readonly #readers: readonly Subscriber[];
  readonly #files = new Map<string, File>();
  readonly #latest = new Map<string, File>();
  /** Whom fan-out owes mails; several where more than one outcome is right. */
  #owed: string[][] = [[]];
  readonly #seen = new Map<string, Seen>();
  /** Of each mail: the corrections that it must list, and whether it may be there for an undoing alone. */
  readonly #expected: { lines: string[]; mayBeExtra: boolean }[] = [];
  /** Readers whose last mail showed a revision that had died half-way. */
  readonly #shownHalf = new Set<string>();
  #steps = 0;
  #compared = 0;

  constructor(readers: readonly Subscriber[]) {
    this.#readers = readers;
    this.#world.now = START;
    this.#world.subscribers.push(...structuredClone(readers));
    this.#world.onMail = (to) => this.#note(to);
    // As far as clocks may differ, both ways.
    this.#world.clockAhead = (name) => ((name.length * 7_919) % 50_000) - 25_000;
  }

  /** Does one thing with all that goes wrong, and compares what comes of it. */
  async take(action: Action): Promise<void> {
    const world = this.#world.withFault(undefined);
    world.now = Math.max(world.now, START + this.#steps++ * 30 * HOUR_MS);
    if (action.what === 'remove') world.removeFile(action.key);
    else if (action.what === 'limit') this.#limit(action.share);
    else await this.#ingest(action);
    if (!action.lags) await this.mailAll();
    expect(world.deadLetters).toEqual([]);
  }

  /** Lets fan-out catch up, and compares all mails. */
  async mailAll(): Promise<void> {
    await this.#world.settle();
    const { mails } = this.#world;
    const sent = mails.slice(this.#compared);
    const expected = this.#expected.slice(this.#compared);
    const certain = sent.filter((_, i) => !expected[i]?.mayBeExtra).map(({ to }) => to);
    const uncertain = sent.filter((_, i) => expected[i]?.mayBeExtra).map(({ to }) => to);
    const isRight = (owed: string[]) =>
      without(certain, owed).length === 0 && isWithin(without(owed, certain), uncertain);
    if (!this.#owed.some(isRight))
      expect(sent.map(({ to }) => to).sort()).toEqual(this.#owed.map((owed) => owed.sort()));
    this.#owed = [[]];
    expect(new Set(mails.map(({ to, digest }) => `${to} ${digest}`)).size).toBe(mails.length);
    for (const [i, { to, raw }] of sent.entries()) {
      const lines = ((await simpleParser(raw)).text ?? '').split('\n').filter((line) => /, .*: .* → /.test(line));
      expect({ to, lines: lines.sort() }).toEqual({ to, lines: expected[i]?.lines });
    }
    this.#compared = mails.length;
    // Nobody is left with a close that is no longer so.
    for (const reader of this.#readers.filter(({ address }) => !this.#shownHalf.has(address)))
      expect({ reader: reader.address, left: this.#corrections(reader) }).toEqual({ reader: reader.address, left: [] });
  }

  async #ingest(action: Action): Promise<void> {
    const { key, what } = action;
    const file = await this.#begin(action);
    if (!file) return;
    const world = this.#world;
    const failures = world.failures.length;
    world.withFault(faultOf(world, action));
    let tries = 0;
    await world.settle(['deliveries'], () => tries++ > 0);
    world.withFault(undefined);
    const hasFailed = world.failures.length > failures;
    const newer = hasFailed ? await this.#meanwhile(action) : undefined;
    await world.settle(['deliveries']);
    await world.wakeUp();
    const change =
      what === 'revoke' ? () => this.#reference.revoke(key) : () => this.#reference.drop(key, file.content);
    const isIn =
      what === 'revoke' || (hasFailed ? this.#isApplied(key, file) : this.#isGood(file) && this.#isThere(key, file));
    if (newer && this.#isGood(newer))
      this.#owe(isIn || this.#isGood(file) ? [change] : [], [() => this.#reference.drop(key, newer.content)]);
    else if (isIn) this.#owe([], [change]);
    this.#comparePrices();
  }

  /** Somebody drops a file or gives an order. @returns the file it is about, or undefined where there is nothing to do */
  async #begin({ what, key, rows, bad }: Action): Promise<File | undefined> {
    const world = this.#world;
    if (what === 'drop' || what === 'again') {
      const file = what === 'drop' ? fileOf(rows, bad) : this.#latest.get(key);
      if (file) this.#drop(key, file);
      return file;
    }
    const record = world.deliveries.get(deliveryOf(key));
    const file = record && this.#files.get(record.object.etag);
    if (!file || (what === 'revoke' && !this.#reference.has(key))) return undefined;
    await world.request(`/deliveries/${inPath(deliveryOf(key))}/${what}`, { method: 'POST', as: OPERATOR });
    return file;
  }

  #drop(key: string, file: File): void {
    this.#files.set(etagOf(file), file);
    this.#latest.set(key, file);
    this.#world.dropFile(key, file.content);
  }

  /** @returns a newer file of the same delivery, where one comes */
  async #meanwhile({ meanwhile, key, share, rows, bad }: Action): Promise<File | undefined> {
    const world = this.#world;
    if (meanwhile === 'remove') world.removeFile(key);
    if (meanwhile === 'limit') this.#limit(share);
    if (meanwhile === 'mail') {
      const before = world.mails.length;
      await world.settle(['refreshed', 'events']);
      for (const { to } of world.mails.slice(before)) this.#shownHalf.add(to);
    }
    if (meanwhile !== 'newer') return undefined;
    const newer = fileOf(rows.toReversed().slice(0, 4), bad);
    world.now += 1_000;
    this.#drop(key, newer);
    // Whoever stands still wakes up when the newer one is in, and before its own message comes back.
    const { paused } = world;
    const isIn = () => this.#isApplied(key, newer) && !world.deliveries.get(deliveryOf(key))?.lease;
    if (paused.length > 0) await world.settle(['deliveries'], isIn);
    await world.wakeUp();
    return newer;
  }

  #limit(maxRejectedShare: number): void {
    this.#world.ingestSettings = { ...INGEST_SETTINGS, maxRejectedShare };
  }

  #isGood = ({ badShare }: File): boolean => badShare <= this.#world.ingestSettings.maxRejectedShare;
  #isThere = (key: string, file: File): boolean => this.#world.objects.has(`${key} ${etagOf(file)}`);

  #isApplied(key: string, file: File): boolean {
    const { applied } = this.#world.deliveries.get(deliveryOf(key)) ?? {};
    return applied !== undefined && !applied.isRevocation && applied.object.etag === etagOf(file);
  }

  /** Fan-out owes mails for these changes; those before them may have been told of, in full or not at all. */
  #owe(perhaps: (() => void)[], changes: (() => void)[]): void {
    const before = this.#reference;
    const outcomes = [perhaps, []].slice(perhaps.length > 0 ? 0 : 1).map((first) => {
      this.#reference = before.copy();
      return [...first, ...changes].flatMap((change) => this.#reference.concerned(change, this.#readers));
    });
    this.#owed = this.#owed.flatMap((owed) => outcomes.map((more) => [...owed, ...more]));
  }

  #comparePrices(): void {
    const { tickers, deliveries } = this.#world;
    const standing = [...tickers].flatMap((ticker) =>
      this.#closes(ticker).map(([date, close]) => `${ticker} ${date} ${close}`),
    );
    expect(standing.sort()).toEqual(this.#reference.prices());
    for (const { delivery, unfinished, lease } of deliveries.values())
      expect({ delivery, unfinished, lease }).toEqual({ delivery, unfinished: [], lease: undefined });
  }

  #closes = (ticker: string): [string, string][] =>
    fold(this.#world.standing(ticker)).map(({ date, close }) => [date, close]);

  /** A mail goes out: it shows what stands, and must correct what its reader saw otherwise. */
  #note(to: string): void {
    const reader = this.#readers.find(({ address }) => address === to);
    if (!reader) throw new Error(`Nobody reads ${to}.`);
    const lines = this.#corrections(reader).sort();
    this.#expected.push({ lines, mayBeExtra: this.#shownHalf.delete(to) });
    const shown = Object.entries(reader.tickers).map(([ticker, { window }]): [string, Map<string, string>] => {
      const closes = this.#closes(ticker);
      const from = windowStart(closes.at(-1)?.[0] ?? '2000-01-01', window);
      return [ticker, new Map(closes.filter(([date]) => date >= from))];
    });
    this.#seen.set(to, new Map(shown));
  }

  /** Closes that a reader saw inside a window and that are others now. That a ticker is retired is no correction. */
  #corrections({ address, tickers }: Subscriber): string[] {
    return Object.entries(tickers)
      .flatMap(([ticker, { window }]): Correction[] => {
        const seen = this.#seen.get(address)?.get(ticker);
        const now = new Map(this.#closes(ticker));
        const isRetired = now.size === 0 && this.#world.standing(ticker).some(({ year }) => year === RETIRED_YEAR);
        if (!seen || isRetired) return [];
        const last = [...(now.size > 0 ? now : seen).keys()].sort().at(-1) ?? '';
        const from = last && windowStart(last, window);
        return [...seen]
          .filter(([date, close]) => date >= from && now.get(date) !== close)
          .map(([date, was]) => ({ ticker, date, was, now: now.get(date) }));
      })
      .map((one) => correctionText(one));
  }
}

function fileOf(rows: readonly string[], bad: number): File {
  const worst = Array.from({ length: bad }, () => 'BAD,-1,2020-01-02,I');
  const content = `ticker,close,date,action\n${[...rows, ...worst].join('\n')}\n`;
  return { content, badShare: bad / (rows.length + bad) };
}

const etagOf = ({ content }: File): string => createHash('md5').update(content).digest('hex');

function faultOf(world: Simulation, { fault: { kind, at }, meanwhile }: Action): Fault | undefined {
  if (kind === 'none') return undefined;
  if (kind === 'twice') return { kind, pick: world.picks.length };
  // Whoever stands still and is not overtaken is as good as dead.
  const isDeath = kind === 'paused' && meanwhile !== 'newer';
  return { kind: isDeath ? 'death' : kind, call: world.calls.length + at };
}

/** What is left of a list without one of each of these. */
function without(list: readonly string[], these: readonly string[]): string[] {
  const left = [...list];
  for (const one of these) if (left.includes(one)) left.splice(left.indexOf(one), 1);
  return left;
}

const isWithin = (these: readonly string[], list: readonly string[]): boolean => without(these, list).length === 0;
