import type { Hono } from 'hono';
import { type Declarations, renameBody, splitBody } from '../../contracts/api/declarations.ts';
import { type Declaration, renameFault } from '../../domain/declarations/declaration-reader.ts';
import { type Tombstone, tombstoneIn } from '../../domain/delivery/tombstone.ts';
import { type Folded, folded } from '../../domain/prices/fold.ts';
import type { StoredSegment } from '../../domain/prices/segment-version.ts';
import { type Series, seriesOf } from '../../domain/prices/series.ts';
import { readTicker } from '../../pricing/read-ticker.ts';
import type { Http } from '../../runtime/http/caller.ts';
import type { KnownTickers } from '../../runtime/http/known-tickers.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import { declare, takeBack } from '../declare.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

/** Operators declare splits and renames. */
export function declarationRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings, known: KnownTickers): void {
  const read = async (name: string) => {
    const ticker = await known.find(name);
    return { ticker, ...(await readTicker(ports.prices, ticker, '0')) };
  };

  app.get('/tickers/:ticker/declarations', async (context) => {
    const { ticker, current } = await read(context.req.param('ticker'));
    const found = folded(ticker, current);
    const series = seriesOf(found.name, found.observations, settings.suspectMove);
    const splits = splitsOf(found, series, current);
    const renames = found.history.renames.map((rename) => ({
      ...rename,
      delivery: lastOf(
        deliveriesOf(current, ({ renames: all }) =>
          all.some(({ from, to }) => from === rename.from && to === rename.to),
        ),
      ),
    }));
    return context.json({ ticker: found.name, splits, renames });
  });

  app.post('/tickers/:ticker/splits', async (context) => {
    const { date, ratio } = parse(splitBody, await jsonBody(context), 'body');
    const ticker = await known.find(context.req.param('ticker'));
    return context.json(await declare(ports, { action: 'split', ticker, date, ratio }, ports.now()), 202);
  });

  app.delete('/tickers/:ticker/splits/:date', async (context) => {
    const { current } = await read(context.req.param('ticker'));
    const date = context.req.param('date');
    const ids = deliveriesOf(current, ({ splits }) => splits.some((split) => split.date === date));
    const names = new Set(current.map(({ ticker }) => ticker));
    const isIt = (one: Declaration) => one.action === 'split' && one.date === date && names.has(one.ticker);
    return context.json(await takeBack(ports, ids, isIt), 202);
  });

  app.post('/tickers/:ticker/rename', async (context) => {
    const { to, date } = parse(renameBody, await jsonBody(context), 'body');
    const { ticker: from, current } = await read(context.req.param('ticker'));
    const others = [
      ...folded(from, current).history.renames,
      ...folded(to, (await readTicker(ports.prices, to, '0')).current).history.renames,
    ].filter((other) => !(other.from === from && other.to === to && other.date === date));
    const fault = renameFault({ from, to }, others);
    if (fault) throw new Problem(409, 'Contradicts a rename', `Expected ${fault}. Take that rename back first.`);
    return context.json(await declare(ports, { action: 'rename', ticker: to, date, from }, ports.now()), 202);
  });

  app.delete('/tickers/:ticker/rename', async (context) => {
    const { ticker, current } = await read(context.req.param('ticker'));
    const ids = deliveriesOf(current, ({ renames }) => renames.some(({ from }) => from === ticker));
    return context.json(await takeBack(ports, ids, (one) => one.action === 'rename' && one.from === ticker), 202);
  });
}

/** Ids of the deliveries with a declaration, the oldest first. @throws Problem if there is none */
function deliveriesOf(current: readonly StoredSegment[], hasIt: (tombstone: Tombstone) => boolean): string[] {
  const found = current.filter((segment) => {
    const tombstone = tombstoneIn(segment);
    return tombstone !== undefined && hasIt(tombstone);
  });
  if (found.length === 0) throw new Problem(404, 'Not declared', 'There is no such declaration of this ticker.');
  return [...new Set(found.map(({ delivery }) => delivery))].sort();
}

const lastOf = (ids: readonly string[]): string => ids.at(-1) ?? '';

/** Splits of the series, and declared ones that have no close yet. */
function splitsOf(
  { history }: Folded,
  series: Series | undefined,
  current: readonly StoredSegment[],
): Declarations['splits'] {
  const shown = (series?.splits ?? []).map(({ date, ratio, kind, closes }) => ({
    date,
    ratio: String(ratio),
    kind,
    closes,
  }));
  const declared = history.splits.map(({ date, ratio }) => {
    // It counts from the first close on its date or after it.
    const first = series?.observations.find((observation) => observation.date >= date)?.date;
    const found = shown.find((split) => split.kind === 'declared' && split.date === first);
    const delivery = lastOf(deliveriesOf(current, ({ splits }) => splits.some((split) => split.date === date)));
    return { date, ratio, kind: 'declared' as const, closes: found?.closes ?? ('none yet' as const), delivery, first };
  });
  const firsts = new Set(declared.map(({ first }) => first));
  const others = shown.filter(({ date, kind }) => !(kind === 'declared' && firsts.has(date)));
  return [...declared.map(({ first: _first, ...split }) => split), ...others].sort((a, b) =>
    a.date < b.date ? -1 : 1,
  );
}
