import { COLLECTED_COLUMNS, columns, type Dataset, keptFor, partitionBy } from '../lambdas/contracts/dataset.ts';

/** Headlines about tickers, with scores of their texts. */
export const news: Dataset = {
  layer: 'silver',
  name: 'news',
  meaning: 'One article about one ticker, from one provider.',
  columns: columns({
    ...COLLECTED_COLUMNS,
    ticker: ['string', 'Ticker that the provider was asked about.'],
    provider: ['string', 'The API that it comes from.'],
    id: ['string', 'Id of the article at the provider.'],
    published: ['timestamptz', 'When it was published.'],
    headline: ['string', 'Headline.'],
    summary: ['string', 'The beginning of the text.', 'optional'],
    source: ['string', 'Who published it.', 'optional'],
    url: ['string', 'Address of the article (HTTPS).', 'optional'],
    polarity: ['decimal(36,18)', 'How positive the headline and summary are, from -1 to 1 (TextBlob).'],
    subjectivity: ['decimal(36,18)', 'How subjective they are, from 0 to 1 (TextBlob).'],
    finance: ['decimal(36,18)', 'Words of rising less words of falling prices, as a share of both: from -1 to 1.'],
  }),
  key: ['delivery', 'ticker', 'provider', 'id'],
  partition: partitionBy('day(file_date)', 'identity(delivery)'),
  order: ['ticker', 'published'],
  retention: keptFor(60),
  codec: 'zstd',
};
