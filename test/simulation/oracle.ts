import { createHash } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { windowStart } from '../../lambdas/contracts/dates.ts';
import type { Subscriber } from '../../lambdas/contracts/subscriber.ts';
import { tombstoneIn } from '../../lambdas/domain/delivery/tombstone.ts';
import { correctionText } from '../../lambdas/domain/digest/correction-text.ts';
import type { Correction } from '../../lambdas/domain/digest/corrections.ts';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import { inPath } from '../support/api-world.ts';
import { INGEST_SETTINGS } from '../support/drops.ts';
import type { Fault } from './faults.ts';
import { deliveryOf, Reference } from './reference.ts';
import { Simulation } from './simulation.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2020-01-08T21:00:00Z');
const OPERATOR = 'night@example.com';

/** One action of a vendor or operator, and its fault. */
export type Action = {
  what: 'drop' | 'again' | 'revoke' | 'replay' | 'remove' | 'limit';
  key: string;
  rows: string[];
  /** Number of additional bad rows. */
  bad: number;
  /** Allowed share of bad rows from then on, if the limits change. */
  share: number;
  fault: { kind: 'none' | 'before' | 'after' | 'crash' | 'twice' | 'paused'; at: number };
  /** What happens after its first try failed, crashed or was paused. */
  meanwhile: 'nothing' | 'remove' | 'limit' | 'mail' | 'newer';
  /** True if fan-out is delayed. */
  lags: boolean;
};

/** A file and its share of bad rows. */
type File = { content: string; bad: number; badShare: number };
/** What the last mail to a subscriber displayed: ticker → date → close. */
type Displayed = Map<string, Map<string, string>>;

/**
 * Runs the simulation and the reference model side by side. The expected result follows from the files, and from the prices that were
 * current when each mail was sent. Of the product's records it reads only what an operator sees, and whether a file that crashed and
 * could not be read again had been applied completely.
 */
export class Oracle {
  readonly #world = new Simulation();
  #reference = new Reference();
  readonly #subscribers: readonly Subscriber[];
  readonly #files = new Map<string, File>();
  readonly #latest = new Map<string, File>();
  /** Addresses that fan-out must still mail; several lists if more than one outcome is correct. */
  #owed: string[][] = [[]];
  readonly #displayed = new Map<string, Displayed>();
  /** For each mail: the corrections that it must list, and whether it may be sent only because a revision was undone. */
  readonly #expected: { lines: string[]; mayBeExtra: boolean }[] = [];
  /** Subscribers whose last mail displayed a revision that crashed. */
  readonly #sawCrashed = new Set<string>();
  #steps = 0;
  #compared = 0;

  constructor(subscribers: readonly Subscriber[]) {
    this.#subscribers = subscribers;
    this.#world.now = START;
    this.#world.subscribers.push(...structuredClone(subscribers));
    this.#world.onMail = (to) => this.#note(to);
    // Clocks differ in both directions, within the allowed skew.
    this.#world.clockAhead = (name) => ((name.length * 7_919) % 50_000) - 25_000;
  }

  /** Runs one action with its fault, and compares the result. */
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
    expect(new Set(mails.map(({ to, mail }) => `${to} ${mail}`)).size).toBe(mails.length);
    for (const [i, { to, raw }] of sent.entries()) {
      const lines = ((await simpleParser(raw)).text ?? '').split('\n').filter((line) => /, .*: .* → /.test(line));
      expect({ to, lines: lines.sort() }).toEqual({ to, lines: expected[i]?.lines });
    }
    this.#compared = mails.length;
    // No subscriber is left with a close that is no longer current.
    for (const subscriber of this.#subscribers.filter(({ address }) => !this.#sawCrashed.has(address)))
      expect([subscriber.address, this.#corrections(subscriber)]).toEqual([subscriber.address, []]);
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
    await world.resumeAll();
    const change =
      what === 'revoke' ? () => this.#reference.revoke(key) : () => this.#reference.drop(key, file.content);
    const isApplied =
      what === 'revoke' || (hasFailed ? this.#isApplied(key, file) : this.#isGood(file) && this.#isThere(key, file));
    if (newer && this.#isGood(newer))
      this.#owe(isApplied || this.#isGood(file) ? [change] : [], [() => this.#reference.drop(key, newer.content)]);
    else if (isApplied) this.#owe([], [change]);
    this.#comparePrices();
  }

  /** Uploads a file or sends a command. @returns its file, or undefined if there is nothing to do */
  async #begin({ what, key, rows, bad }: Action): Promise<File | undefined> {
    const world = this.#world;
    if (what === 'drop' || what === 'again') {
      const file = what === 'drop' ? fileOf(rows, bad) : this.#latest.get(key);
      if (file) this.#drop(key, file);
      return file;
    }
    const record = world.deliveries.get(deliveryOf(key));
    const file = record && this.#files.get(record.file.etag);
    if (!file || (what === 'revoke' && !this.#reference.has(key))) return undefined;
    await world.request(`/deliveries/${inPath(deliveryOf(key))}/${what}`, { method: 'POST', as: OPERATOR });
    return file;
  }

  #drop(key: string, file: File): void {
    this.#files.set(etagOf(file), file);
    this.#latest.set(key, file);
    this.#world.dropFile(key, file.content);
  }

  /** @returns the newer file of the same delivery, if one is uploaded */
  async #meanwhile({ meanwhile, key, share, rows, bad }: Action): Promise<File | undefined> {
    const world = this.#world;
    if (meanwhile === 'remove') world.removeFile(key);
    if (meanwhile === 'limit') this.#limit(share);
    if (meanwhile === 'mail') {
      const before = world.mails.length;
      await world.settle(['refreshed', 'events']);
      for (const { to } of world.mails.slice(before)) this.#sawCrashed.add(to);
    }
    if (meanwhile !== 'newer') return undefined;
    const newer = fileOf(rows.toReversed().slice(0, 4), bad);
    world.now += 1_000;
    this.#drop(key, newer);
    // A paused invocation resumes after the newer file was applied, and before its own message is retried.
    const { paused } = world;
    const isApplied = () => this.#isApplied(key, newer) && !world.deliveries.get(deliveryOf(key))?.lease;
    if (paused.length > 0) await world.settle(['deliveries'], isApplied);
    await world.resumeAll();
    return newer;
  }

  #limit(maxRejectedShare: number): void {
    this.#world.ingestSettings = { ...INGEST_SETTINGS, maxRejectedShare };
  }

  /** Fewer than three bad rows reject a file only if they outnumber the good ones. */
  #isGood({ bad, badShare }: File): boolean {
    const { maxRejectedShare } = this.#world.ingestSettings;
    return badShare <= (bad < 3 ? Math.max(maxRejectedShare, 0.5) : maxRejectedShare);
  }
  #isThere = (key: string, file: File): boolean => this.#world.objects.has(`${key} ${etagOf(file)}`);

  #isApplied(key: string, file: File): boolean {
    const { applied } = this.#world.deliveries.get(deliveryOf(key)) ?? {};
    return applied !== undefined && !applied.isRevocation && applied.file.etag === etagOf(file);
  }

  /** Fan-out must send mails for these changes. The earlier ones (`perhaps`) are mailed all or not at all. */
  #owe(perhaps: (() => void)[], changes: (() => void)[]): void {
    const before = this.#reference;
    const outcomes = [perhaps, []].slice(perhaps.length > 0 ? 0 : 1).map((first) => {
      this.#reference = before.copy();
      return [...first, ...changes].flatMap((change) => this.#reference.concerned(change, this.#subscribers));
    });
    this.#owed = this.#owed.flatMap((owed) => outcomes.map((more) => [...owed, ...more]));
  }

  #comparePrices(): void {
    const { tickers, deliveries } = this.#world;
    const current = [...tickers].flatMap((ticker) =>
      this.#closes(ticker).map(([date, close]) => `${ticker} ${date} ${close}`),
    );
    expect(current.sort()).toEqual(this.#reference.prices());
    for (const { delivery, unfinished, lease } of deliveries.values())
      expect({ delivery, unfinished, lease }).toEqual({ delivery, unfinished: [], lease: undefined });
  }

  #closes = (ticker: string): [string, string][] =>
    fold(ticker, this.#world.current(ticker)).map(({ date, close }) => [date, close]);

  /** A mail is sent: it displays current closes, and must correct what the last mail displayed differently. */
  #note(to: string): void {
    const subscriber = this.#subscribers.find(({ address }) => address === to);
    if (!subscriber) throw new Error(`Expected a subscriber with the address ${to}.`);
    const lines = this.#corrections(subscriber).sort();
    this.#expected.push({ lines, mayBeExtra: this.#sawCrashed.delete(to) });
    const displayed = Object.entries(subscriber.tickers).map(([ticker, { window }]): [string, Map<string, string>] => {
      const closes = this.#closes(ticker);
      const from = windowStart(closes.at(-1)?.[0] ?? '2000-01-01', window);
      return [ticker, new Map(closes.filter(([date]) => date >= from))];
    });
    this.#displayed.set(to, new Map(displayed));
  }

  /** Closes that the last mail displayed inside the window and that changed since. A retired ticker is no correction. */
  #corrections({ address, tickers }: Subscriber): string[] {
    return Object.entries(tickers)
      .flatMap(([ticker, { window }]): Correction[] => {
        const displayed = this.#displayed.get(address)?.get(ticker);
        const now = new Map(this.#closes(ticker));
        const isRetired =
          now.size === 0 && this.#world.current(ticker).some((segment) => tombstoneIn(segment)?.isRetired);
        if (!displayed || isRetired) return [];
        const last = [...(now.size > 0 ? now : displayed).keys()].sort().at(-1) ?? '';
        const from = last && windowStart(last, window);
        return [...displayed]
          .filter(([date, close]) => date >= from && now.get(date) !== close)
          .map(([date, was]) => ({ ticker, date, was, now: now.get(date) }));
      })
      .map((one) => correctionText(one));
  }
}

function fileOf(rows: readonly string[], bad: number): File {
  const worst = Array.from({ length: bad }, () => 'BAD,-1,2020-01-02,I');
  const content = `ticker,close,date,action\n${[...rows, ...worst].join('\n')}\n`;
  return { content, bad, badShare: bad / (rows.length + bad) };
}

const etagOf = ({ content }: File): string => createHash('md5').update(content).digest('hex');

function faultOf(world: Simulation, { fault: { kind, at }, meanwhile }: Action): Fault | undefined {
  if (kind === 'none') return undefined;
  if (kind === 'twice') return { kind, pick: world.picks.length };
  // A pause without a newer revision is a crash.
  const isCrash = kind === 'paused' && meanwhile !== 'newer';
  return { kind: isCrash ? 'crash' : kind, call: world.calls.length + at };
}

/** The list without one of each of these. */
function without(list: readonly string[], these: readonly string[]): string[] {
  const left = [...list];
  for (const one of these) if (left.includes(one)) left.splice(left.indexOf(one), 1);
  return left;
}

const isWithin = (these: readonly string[], list: readonly string[]): boolean => without(these, list).length === 0;
