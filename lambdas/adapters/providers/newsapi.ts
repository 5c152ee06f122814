import * as z from 'zod';
import { news as newsTable } from '../../../datasets/news.ts';
import { fault, jsonIn, oddShape, statusFault } from '../../domain/collect/answers.ts';
import { newsValues } from '../../domain/collect/news-values.ts';
import type { Endpoint, FlatRecord, Provider } from '../../domain/collect/provider.ts';
import { recordsOf } from '../../domain/records/provider-records.ts';

const HOST = 'newsapi.org';
/** More results cost a subscription. */
const PAGE = '100';
/** An article that was taken back. */
const REMOVED = '[Removed]';

const answer = z.object({
  status: z.string(),
  code: z.string().optional(),
  message: z.string().optional(),
  totalResults: z.coerce.number().optional(),
  articles: z.array(z.unknown()).optional(),
});
const article = z.object({
  source: z.object({ name: z.string().nullish() }),
  title: z.string(),
  description: z.string().nullish(),
  url: z.string(),
  publishedAt: z.string(),
});
const records = recordsOf(newsTable, 'newsapi');

const news: Endpoint<FlatRecord> = {
  // The free plan has articles after a day.
  daysBack: 2,
  plan: ({ subjects, from, to }) =>
    subjects.map((subject) => {
      const query = new URLSearchParams({
        q: `"${subject}"`,
        language: 'en',
        from,
        to,
        sortBy: 'publishedAt',
        pageSize: PAGE,
      });
      return { url: `https://${HOST}/v2/everything?${query}`, subject, from, to };
    }),
  read(response) {
    const { success, data } = answer.safeParse(jsonIn(response.body));
    const said = (success && data.message) || response.body;
    // Its limit counts for twelve hours: waiting does not help.
    if (response.status === 429) return fault('quota', said);
    // Further back, or more of them, than the subscription allows: the text names the date.
    if (response.status === 426) return fault('plan', said);
    const failed = statusFault({ ...response, body: said });
    if (failed) return failed;
    if (!success || data.status !== 'ok') return oddShape(response.body);
    const { articles = [], totalResults = 0 } = data;
    return { rows: articles, ...(totalResults > Number(PAGE) && { flags: [`only the newest ${PAGE} articles`] }) };
  },
  normalise(row, { subject }) {
    const { success, data } = article.safeParse(row);
    if (!success) return { rejected: 'an article of another shape' };
    const { title, description, url, publishedAt: published, source } = data;
    if (title === REMOVED) return undefined;
    return records.one(
      newsValues({
        ticker: subject,
        id: url,
        headline: title,
        summary: description,
        source: source.name,
        url,
        published,
      }),
    );
  },
  key: records.key,
};

export const newsapi: Provider = {
  name: 'newsapi',
  hosts: [HOST],
  auth: { header: 'x-api-key' },
  endpoints: { news },
};
