import lexicon from './lexicon.json' with { type: 'json' };

/** Polarity from -1 to 1, subjectivity from 0 to 1, and by how much an adverb multiplies the next word; only adverbs have the last. */
const WORDS = new Map(Object.entries(lexicon as unknown as Record<string, [number, number, number?]>));
const NEGATIONS = new Set(['no', 'not', "n't", 'never']);
const EXCLAMATION = 1.25;
const NEGATED = -0.5;
/** A shorter unknown word leaves a negation (`not a good`), or an adverb (`really is good`), as it is. */
const SMALL = { negation: 1, adverb: 2 };
/** Words with inner marks, the `n't` of a verb, and exclamation marks. */
const TOKENS = /n't(?![a-z])|[\p{L}\p{N}]+(?:[-'’./][\p{L}\p{N}]+)*|!/gu;

type Assessed = { polarity: number; subjectivity: number; intensity: number; isNegated: boolean };

const clamp = (value: number): number => Math.max(-1, Math.min(1, value));
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b) / values.length;

/** A word as the lexicon has it: of a verb and its `n't` both. */
const tokensOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/([a-z])n't\b/g, "$1 n't")
    .match(TOKENS) ?? [];

/** A text while its words are assessed, one after the other. */
class Assessing {
  readonly found: Assessed[] = [];
  #hasAdverb = false;
  #hasNegation = false;

  add(word: string): void {
    const known = WORDS.get(word);
    if (known) this.#addKnown(word, known);
    else this.#addUnknown(word);
  }

  /** An adverb and the word after it are one: `very good`. */
  #addKnown(word: string, [polarity, subjectivity, intensity]: [number, number, number?]): void {
    const last = this.#hasAdverb ? this.found.pop() : undefined;
    const by = last?.intensity ?? 1;
    this.found.push({
      polarity: clamp(polarity * by),
      subjectivity: clamp(subjectivity * by),
      intensity: this.#hasNegation ? 1 / (intensity ?? 1) : (intensity ?? 1),
      isNegated: this.#hasNegation || (last?.isNegated ?? false),
    });
    this.#hasAdverb = intensity !== undefined;
    this.#hasNegation = NEGATIONS.has(word);
  }

  #addUnknown(word: string): void {
    const last = this.found.at(-1);
    if (NEGATIONS.has(word)) this.#hasNegation = true;
    else if (word.replaceAll("'", '').length > SMALL.negation) this.#hasNegation = false;
    if (this.#hasNegation && this.#hasAdverb && last) {
      last.isNegated = true;
      this.#hasNegation = false;
    } else if (word.length > SMALL.adverb) this.#hasAdverb = false;
    if (word === '!' && last) last.polarity = clamp(last.polarity * EXCLAMATION);
  }
}

/**
 * How positive and how subjective an English text is, by TextBlob's algorithm (Tom De Smedt's `pattern`) and its lexicon, which is in the
 * public domain. It reads `isn't` as a negation, which TextBlob's splitting into words hides from it. It knows reviews better than markets:
 * see `financeScore`.
 * @returns polarity from -1 to 1, subjectivity from 0 to 1; both 0 if no word is known
 */
export function sentiment(text: string): { polarity: number; subjectivity: number } {
  const assessing = new Assessing();
  for (const word of tokensOf(text)) assessing.add(word);
  const { found } = assessing;
  return {
    polarity: clamp(mean(found.map(({ polarity, isNegated }) => (isNegated ? polarity * NEGATED : polarity)))),
    subjectivity: mean(found.map(({ subjectivity }) => subjectivity)),
  };
}

/** Words of headlines about companies, with their endings. Our own list, and small on purpose. */
const RISING =
  'beat top surge soar jump rally rallies rallied gain climb rise rising rose risen record upgrade outperform raise boost strong stronger growth grow grew profit profitable win winning won approve approval rebound expand expansion exceed bullish buyback';
const FALLING =
  'miss slump plunge tumble sink sank fall fell fallen drop slid slide cut cutting downgrade underperform lower weak weaker loss losses lawsuit sue fraud probe investigate investigation recall bankrupt bankruptcy default layoff delay warn warning halt bearish crash fear decline';
const ENDINGS = '(?:s|es|d|ed|ing)?';
const wordsLike = (words: string): RegExp => new RegExp(`\\b(?:${words.replaceAll(' ', '|')})${ENDINGS}\\b`, 'gi');
const [UP, DOWN] = [wordsLike(RISING), wordsLike(FALLING)];

/** From -1 (only words of falling prices) to 1; 0 if there are none, or as many of both. */
export function financeScore(text: string): number {
  const [up, down] = [UP, DOWN].map((words) => text.match(words)?.length ?? 0) as [number, number];
  return up + down === 0 ? 0 : (up - down) / (up + down);
}
