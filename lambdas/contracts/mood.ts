/** The mean of both scores of a text above which it is positive, and below minus which it is negative. */
export const CLEAR_MOOD = 0.1;
export const MOODS = ['positive', 'neutral', 'negative'] as const;
export type Mood = (typeof MOODS)[number];

/** The mood of a headline. @param polarity and finance from -1 to 1, see datasets/news.ts */
export function moodOf(polarity: number, finance: number): Mood {
  const score = (polarity + finance) / 2;
  if (score > CLEAR_MOOD) return 'positive';
  return score < -CLEAR_MOOD ? 'negative' : 'neutral';
}
