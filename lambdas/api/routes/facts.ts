import type { Hono } from 'hono';
import type { Facts } from '../../contracts/api/facts.ts';
import { newYorkDate } from '../../domain/calendar/new-york.ts';
import { keyFigures, latestNews, nextDates } from '../../domain/records/ticker-facts.ts';
import type { Http } from '../../runtime/http/caller.ts';
import type { KnownTickers } from '../../runtime/http/known-tickers.ts';
import { collectedRecords } from '../collected-records.ts';
import type { ApiPorts } from '../ports.ts';

/** What collectors know about a ticker beside its prices. */
export function factRoutes(app: Hono<Http>, ports: ApiPorts, known: KnownTickers): void {
  const recordsOf = collectedRecords(ports);

  app.get('/tickers/:ticker/facts', async (context) => {
    const ticker = await known.find(context.req.param('ticker'));
    const [news, fundamentals, policy] = await Promise.all([
      recordsOf('news', ticker),
      recordsOf('fundamentals', ticker),
      recordsOf('policy', ''),
    ]);
    const facts: Facts = {
      news: latestNews(news),
      fundamentals: keyFigures(fundamentals),
      policy: nextDates(policy, newYorkDate(ports.now())),
    };
    return context.json(facts);
  });
}
