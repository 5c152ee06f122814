import { firstCharacters } from '../../contracts/visible.ts';
import { financeScore, sentiment } from '../sentiment/sentiment.ts';

const MAX_HEADLINE = 500;
const MAX_SUMMARY = 2_000;
const PLACES = 4;

type Article = {
  ticker: string;
  id: string;
  /** Any text that `Date` reads with its zone. */
  published: string;
  headline: string;
  summary?: string | null | undefined;
  source?: string | null | undefined;
  url?: string | null | undefined;
};

const decimal = (value: number): string => String(Number(value.toFixed(PLACES)));

/** Plain text: some providers send markup, and control characters. */
const plain = (text: string, most: number): string =>
  firstCharacters(
    text
      .replace(/<[^<>]{0,500}>/g, ' ')
      .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
      .trim(),
    most,
  );

/** Only addresses that a page may link to. */
export const safeUrl = (url: string | null | undefined): string | null =>
  url && URL.canParse(url) && new URL(url).protocol === 'https:' ? new URL(url).href : null;

/** The values of a record of news, with the scores of its texts. */
export function newsValues({ ticker, id, published, headline, summary, source, url }: Article) {
  const shown = plain(headline, MAX_HEADLINE);
  const more = plain(summary ?? '', MAX_SUMMARY);
  const text = `${shown}. ${more}`;
  const { polarity, subjectivity } = sentiment(text);
  const at = new Date(published);
  return {
    ticker,
    id,
    published: Number.isNaN(at.getTime()) ? null : at.toISOString(),
    headline: shown || null,
    summary: more || null,
    source: plain(source ?? '', MAX_HEADLINE) || null,
    url: safeUrl(url),
    polarity: decimal(polarity),
    subjectivity: decimal(subjectivity),
    finance: decimal(financeScore(text)),
  };
}
