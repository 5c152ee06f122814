import type { Hono } from 'hono';
import { type Declarations, renameBody, splitBody } from '../../contracts/api/declarations.ts';
import { tickerFault } from '../../contracts/ticker.ts';
import { renameFault } from '../../domain/declarations/rename-fault.ts';
import { type Tombstone, tombstoneIn } from '../../domain/delivery/tombstone.ts';
import { type Folded, folded } from '../../domain/prices/fold.ts';
import type { StoredSegment } from '../../domain/prices/segment-version.ts';
import { type Series, seriesOf } from '../../domain/prices/series.ts';
import type { Declaration } from '../../domain/vendor-file/declaration-reader.ts';
import { splitRatioIn } from '../../domain/vendor-file/split-ratio.ts';
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
    const series = seriesOf(found.ticker, found.observations, settings.suspectMove);
    const splits = splitsOf(found, series);
    return context.json({ ticker: found.ticker, splits, renames: renamesOf(found) });
  });

  app.post('/tickers/:ticker/splits', async (context) => {
    const { date, ratio } = parse(splitBody, await jsonBody(context), 'body');
    const { ticker, current } = await read(context.req.param('ticker'));
    const { splits, known: segments } = folded(ticker, current).identity;
    const other = splits.find((split) => split.date === date);
    if (other && other.ratio !== splitRatioIn(ratio, '.', true))
      throw new Problem(409, 'Declared already', `${other.ratio} is declared for that day. Take it back first.`);
    const split = { action: 'split' as const, ticker, date, ratio };
    if (!other) return context.json(await declare(ports, split, ports.now()), 202);
    const delivery = lastOf(deliveriesOf(segments, (one) => one.splits.some((found) => found.date === date)));
    return context.json({ delivery, changed: false }, 202);
  });

  app.delete('/tickers/:ticker/splits/:date', async (context) => {
    const { ticker, current } = await read(context.req.param('ticker'));
    const { names, known: segments } = folded(ticker, current).identity;
    const date = context.req.param('date');
    const ids = deliveriesOf(segments, ({ splits }) => splits.some((split) => split.date === date));
    const isIt = (one: Declaration) =>
      one.action === 'split' && one.date === date && names.some(({ name }) => name === one.ticker);
    return context.json(await takeBack(ports, ids, isIt), 202);
  });

  app.post('/tickers/:ticker/rename', async (context) => {
    const { to: given, date, reusesName } = parse(renameBody, await jsonBody(context), 'body');
    const { ticker: from, current } = await read(context.req.param('ticker'));
    const invalid = tickerFault(given);
    if (invalid) throw new Problem(400, 'Bad request', `Expected ${invalid}.`);
    // As deliveries spell it, if they know it.
    const to = await known.find(given).catch(() => given);
    const target = (await readTicker(ports.prices, to, '0')).current;
    const fault = renameFault({ from, to, date }, [...current, ...target], reusesName);
    if (fault) throw new Problem(409, 'Contradicts what is known', fault);
    return context.json(await declare(ports, { action: 'rename', ticker: to, date, from }, ports.now()), 202);
  });

  app.delete('/tickers/:ticker/rename', async (context) => {
    const { ticker, current } = await read(context.req.param('ticker'));
    const ids = deliveriesOf(current, ({ renames }) => renames.some(({ from }) => from === ticker));
    return context.json(await takeBack(ports, ids, (one) => one.action === 'rename' && one.from === ticker), 202);
  });
}

/** Ids of the deliveries with a declaration, the oldest first. @throws Problem if there is none */
function deliveriesOf(segments: readonly StoredSegment[], isIt: (tombstone: Tombstone) => boolean): string[] {
  const found = segments.filter((segment) => hasIt(segment, isIt));
  if (found.length === 0) throw new Problem(404, 'Not declared', 'There is no such declaration of this ticker.');
  return [...new Set(found.map(({ delivery }) => delivery))].sort();
}

function hasIt(segment: StoredSegment, isIt: (tombstone: Tombstone) => boolean): boolean {
  const tombstone = tombstoneIn(segment);
  return tombstone !== undefined && isIt(tombstone);
}

const lastOf = (ids: readonly string[]): string => ids.at(-1) ?? '';

const renamesOf = ({ identity: { names, known } }: Folded): Declarations['renames'] =>
  names.slice(1).map(({ name: to, taken: date = '' }, i) => {
    const from = names[i]?.name ?? '';
    const isIt = ({ renames }: Tombstone) => renames.some((one) => one.from === from && one.to === to);
    return { from, to, date, delivery: lastOf(deliveriesOf(known, isIt)) };
  });

/** Splits of the series, and declared ones that have no effect on it. */
function splitsOf(
  { identity: { splits, known }, observations }: Folded,
  series: Series | undefined,
): Declarations['splits'] {
  const shown = (series?.splits ?? []).map(({ date, ratio, kind, closes }) => ({
    date,
    ratio: String(ratio),
    kind,
    closes,
  }));
  const declared = splits.map(({ date, ratio }) => {
    // It counts from the first close on its date or after it.
    const at = observations.findIndex((observation) => observation.date >= date);
    const found = shown.find((split) => split.kind === 'declared' && split.date === observations[at]?.date);
    const none = at === 0 ? ('none before' as const) : ('none yet' as const);
    const delivery = lastOf(deliveriesOf(known, (one) => one.splits.some((split) => split.date === date)));
    return { date, ratio, kind: 'declared' as const, closes: found?.closes ?? none, delivery, found };
  });
  const counted = new Set(declared.map(({ found }) => found));
  const all = [...declared.map(({ found: _found, ...split }) => split), ...shown.filter((one) => !counted.has(one))];
  return all.sort((a, b) => (a.date < b.date ? -1 : 1));
}
