import { fault } from '../domain/collect/answers.ts';
import { type KeptAnswer, rowsOf } from '../domain/collect/kept-answers.ts';
import { type TickerAnswer, tickerAnswer } from '../domain/collect/price-answers.ts';
import type { PriceGoal } from '../domain/collect/price-targets.ts';
import type { ApiRequest, Endpoint, Fault, PricePart } from '../domain/collect/provider.ts';
import type { Run } from './run.ts';

const NO_BAR = fault('not-found', 'no bar in the range: unknown, not traded, or too early');

/** What was answered about the tickers of a goal, ticker by ticker, and counted. A ticker without an answer is missing. */
export async function* priceAnswers(
  run: Run,
  endpoint: Endpoint<PricePart>,
  goal: PriceGoal,
): AsyncGenerator<TickerAnswer> {
  const gathering = new Gathering(run, endpoint, goal);
  for await (const kept of run.answers.read()) {
    const answer = gathering.add(kept);
    if (answer) yield answer;
  }
  const last = gathering.finish();
  if (last) yield last;
}

type Gathered = { ticker: string; parts: PricePart[]; fault: Fault | undefined; askedAt: number };

/** Gathers the answers about one ticker, which come one after the other; those about all tickers come first. */
class Gathering {
  readonly #run: Run;
  readonly #endpoint: Endpoint<PricePart>;
  readonly #goal: PriceGoal;
  readonly #asked: ReadonlySet<string>;
  readonly #common = new Map<string, PricePart[]>();
  #commonFault: Fault | undefined;
  #now: Gathered | undefined;

  constructor(run: Run, endpoint: Endpoint<PricePart>, goal: PriceGoal) {
    this.#run = run;
    this.#endpoint = endpoint;
    this.#goal = goal;
    this.#asked = new Set(goal.subjects);
  }

  /** @returns the ticker before, which is complete now */
  add(kept: KeptAnswer): TickerAnswer | undefined {
    const { subject, from, to } = kept.request;
    if (subject === '') {
      if (from <= this.#goal.from && to >= this.#goal.to) this.#addCommon(kept);
      return undefined;
    }
    if (!this.#asked.has(subject)) return undefined;
    const finished = this.#now?.ticker === subject ? undefined : this.finish();
    this.#now ??= { ticker: subject, parts: [], fault: undefined, askedAt: kept.askedAt };
    const { parts, fault: reason } = this.#partsOf(kept);
    this.#now.parts.push(...parts);
    this.#now.fault ??= reason;
    return finished;
  }

  /** @returns what was answered about the ticker; undefined if that says nothing */
  finish(): TickerAnswer | undefined {
    const now = this.#now;
    this.#now = undefined;
    if (!now) return undefined;
    const { ticker, parts, fault: reason, askedAt } = now;
    const { tally, context } = this.#run;
    const isComplete = reason === undefined && this.#commonFault === undefined;
    const askedOn = context.calendar.dateAt(ticker, askedAt);
    const asked = { ticker, from: this.#goal.from, to: this.#goal.to, isComplete, askedOn };
    // Of two with the same key the later one counts.
    const byKey = new Map(
      [...(this.#common.get(ticker) ?? []), ...parts].map((part) => [this.#endpoint.key(part), part]),
    );
    const answer = tickerAnswer(asked, [...byKey.values()], this.#endpoint, context.calendar);
    if (reason || !answer) tally.addMissing(ticker, reason ?? NO_BAR);
    for (const date of answer?.rows.keys() ?? []) tally.addDate(ticker, date);
    return answer;
  }

  #addCommon(kept: KeptAnswer): void {
    const { parts, fault: reason } = this.#partsOf(kept);
    this.#commonFault ??= reason;
    for (const part of parts) this.#common.set(part.ticker, [...(this.#common.get(part.ticker) ?? []), part]);
    if (reason) this.#run.tally.flag(`splits are not known: ${reason.message}`);
  }

  #partsOf(kept: KeptAnswer): { parts: PricePart[]; fault: Fault | undefined } {
    const { tally, context } = this.#run;
    const { rows, flags, fault: reason } = rowsOf(this.#endpoint, kept);
    tally.addAnswer(kept, flags, rows.length);
    const parts: PricePart[] = [];
    let unreadable: Fault | undefined;
    for (const row of rows) {
      const one = this.#endpoint.normalise(row, kept.request as ApiRequest, context);
      if (!one) continue;
      if ('rejected' in one) {
        tally.addRejection(kept.request.subject, one.rejected);
        // What it said about that session, or about its splits, is not known.
        unreadable ??= fault('shape', `a row that cannot be read: ${one.rejected}`);
      } else parts.push(one.record);
    }
    return { parts, fault: reason ?? unreadable };
  }
}
