import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { correctionText } from '../../lambdas/domain/digest/correction-text.ts';
import { fold } from '../../lambdas/domain/fold/fold.ts';
import { windowStart } from '../../lambdas/domain/series/series.ts';
import { aSubscriber } from '../builders/subscribers.ts';
import type { Fault } from './faults.ts';
import { Reference } from './reference.ts';
import { drop, order } from './scenario.ts';
import { Simulation } from './simulation.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2020-01-03T21:00:00Z');
const TICKERS = ['AAPL', 'MSFT', 'KO'];
const KEYS = [
  '2020-01-02_history.csv',
  '2020-01-03_incremental.csv',
  'eu/2020-01-03_incremental.csv',
  '2020-01-07_incremental.csv',
];
const READERS = [
  aSubscriber({ address: 'ada@example.com', tickers: { AAPL: { window: 90 }, MSFT: { window: 30 } } }),
  aSubscriber({ address: 'bob@example.com', tickers: { KO: { window: 365 } } }),
  aSubscriber({ address: 'cyd@example.com', tickers: { AAPL: { window: 30 }, KO: { window: 30 } } }),
];

const row = fc.record({
  ticker: fc.constantFrom(...TICKERS),
  close: fc.constantFrom('10', '11', '12.5'),
  date: fc.constantFrom('2019-02-01', '2019-11-20', '2020-01-01', '2020-01-02'),
  action: fc.constantFrom('I', 'I', 'I', 'U', 'D', 'retire'),
});

const fileOf = (key: string, rows: (typeof row extends fc.Arbitrary<infer R> ? R : never)[]): string => {
  const lines = rows.map(({ ticker, close, date, action }) => {
    if (key.includes('history')) return `${ticker},${close},${date},I`;
    if (action === 'retire') return `${ticker},,,D`;
    return action === 'D' ? `${ticker},,${date},D` : `${ticker},${close},${date},${action}`;
  });
  return `ticker,close,date,action\n${lines.join('\n')}\n`;
};

const action = fc.record({
  what: fc.constantFrom('drop' as const, 'drop' as const, 'drop' as const, 'revoke' as const, 'replay' as const),
  key: fc.constantFrom(...KEYS),
  rows: fc.array(row, { minLength: 1, maxLength: 6 }),
  fault: fc.record({
    kind: fc.constantFrom('none', 'before', 'after', 'death', 'twice', 'late', 'in-turns', 'twin'),
    at: fc.nat(60),
    call: fc.nat(12),
  }),
});

/** The fault, counted from where the world is now. */
function faultFrom(
  world: Simulation,
  { kind, at, call }: { kind: string; at: number; call: number },
): Fault | undefined {
  switch (kind) {
    case 'before':
    case 'after':
    case 'death':
      return { kind, call: world.calls.length + at };
    case 'twice':
    case 'late':
    case 'in-turns':
      return { kind, pick: world.picks.length + (at % 8) };
    case 'twin':
      return { kind, pick: world.picks.length + (at % 8), call };
    default:
      return undefined;
  }
}

/** What each reader was told last, and so what the next mail has to correct. */
class Told {
  readonly #by = new Map<string, Map<string, Map<string, string>>>();

  /** The lines of corrections that a mail must have now; from then on its reader knows better. */
  corrections(address: string, reference: Reference): string[] {
    const { tickers = {} } = READERS.find((reader) => reader.address === address) ?? {};
    const before = this.#by.get(address);
    const now = new Map(Object.keys(tickers).map((ticker) => [ticker, reference.standing(ticker)]));
    this.#by.set(address, now);
    return Object.entries(tickers)
      .flatMap(([ticker, { window }]) => {
        const [told, stands] = [before?.get(ticker) ?? new Map<string, string>(), now.get(ticker) ?? new Map()];
        if (reference.isRetired(ticker)) return [];
        const last = [...(stands.size > 0 ? stands : told).keys()].sort().at(-1) ?? '';
        const from = last && windowStart(last, window);
        return [...told]
          .filter(([date, close]) => date >= from && stands.get(date) !== close)
          .map(([date, was]) => ({ ticker, date, was, now: stands.get(date) }));
      })
      .map(correctionText)
      .sort();
  }
}

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** The real thing and the plainest model, side by side. */
class Both {
  readonly #world = new Simulation();
  readonly #reference = new Reference();
  readonly #told = new Told();
  readonly #contents = new Map<string, string>();
  #steps = 0;

  constructor() {
    this.#world.subscribers.push(...structuredClone(READERS));
  }

  /** Does one thing, and compares all that comes of it. */
  async take({ what, key, rows, fault }: Action): Promise<void> {
    if (what !== 'drop' && !this.#contents.has(key)) return;
    if (what === 'drop') this.#contents.set(key, fileOf(key, rows));
    const content = this.#contents.get(key) ?? '';
    const step = what === 'drop' ? drop(key, content) : order(what, key, content);
    const mailsBefore = this.#world.mails.length;
    const concerned = this.#reference.concerned(() => step.expected?.(this.#reference), READERS);
    this.#world.now = START + this.#steps++ * 30 * HOUR_MS;
    await step.act(this.#world.withFault(faultFrom(this.#world, fault)));
    await this.#world.settle();
    await this.#compare(concerned, mailsBefore);
  }

  async #compare(concerned: string[], mailsBefore: number): Promise<void> {
    const { tickers, mails, deadLetters } = this.#world;
    const standing = [...tickers].flatMap((ticker) =>
      fold(this.#world.standing(ticker)).map(({ date, close }) => `${ticker} ${date} ${close}`),
    );
    expect(standing.sort()).toEqual(this.#reference.prices());
    const sent = mails.slice(mailsBefore);
    expect(sent.map(({ to }) => to).sort()).toEqual(concerned);
    for (const { to, raw } of sent) {
      const lines = ((await simpleParser(raw)).text ?? '').split('\n').filter((line) => /, .*: .* → /.test(line));
      expect({ to, lines: lines.sort() }).toEqual({ to, lines: this.#told.corrections(to, this.#reference) });
    }
    expect(deadLetters).toEqual([]);
  }
}

test('whatever is dropped, revoked and replayed, and whatever fails, prices, mails and corrections are those of the plainest model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 2, maxLength: 7 }), async (actions) => {
      const both = new Both();
      for (const one of actions) await both.take(one);
    }),
    { numRuns: 300 },
  );
}, 300_000);
