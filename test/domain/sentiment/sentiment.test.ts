import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moodOf } from '../../../lambdas/contracts/mood.ts';
import { financeScore, sentiment } from '../../../lambdas/domain/sentiment/sentiment.ts';

const GOLDEN = join(import.meta.dirname, '../../../../shared/api-samples/sentiment/textblob-vader-golden.json');
const hasGolden = existsSync(GOLDEN);
if (!hasGolden) console.log('skipped: scores of TextBlob, since ../shared/api-samples is absent');

(hasGolden ? test : test.skip)('scores equal those of TextBlob', () => {
  const { items } = JSON.parse(readFileSync(GOLDEN, 'utf8'));
  for (const { text, textblob } of items) {
    const { polarity, subjectivity } = sentiment(text);
    const far = Math.max(Math.abs(polarity - textblob.polarity), Math.abs(subjectivity - textblob.subjectivity));
    // The golden scores have four decimals.
    expect([text, far < 0.001]).toEqual([text, true]);
  }
});

test.each([
  ['Nothing known here', 0, 0],
  ['A good year', 0.7, 0.6],
  ['A very good year', 0.91, 0.78],
  ['Not a good year', -0.35, 0.6],
  ['Not very good', -0.269, 0.462],
  ["It isn't good", -0.35, 0.6],
  ['Good!', 0.875, 0.6],
])('%s', (text, polarity, subjectivity) => {
  const found = sentiment(text);
  expect([Number(found.polarity.toFixed(3)), Number(found.subjectivity.toFixed(3))]).toEqual([polarity, subjectivity]);
});

test.each([
  ['AAPL beats estimates, shares surge', 1],
  ['AAPL misses forecasts as sales slump', -1],
  ['Shares rose, then fell', 0],
  // Beginnings of other words.
  ['Microsoft ships Windows 11 update', 0],
  ['Warner Bros. Discovery holds meeting', 0],
  ['Dropbox opens office in Missouri', 0],
])('words of markets: %s', (text, score) => {
  expect(financeScore(text)).toBe(score);
});

test('a mood is the mean of both scores', () => {
  expect([moodOf(0.5, 0), moodOf(0.1, 0.1), moodOf(-1, 0.5)]).toEqual(['positive', 'neutral', 'negative']);
});
