import type { WatchlistRow } from '../../lambdas/contracts/api/subscriptions.ts';
import type { TickerGroups } from '../../lambdas/contracts/subscriber.ts';

/** How the rows are sorted. */
export const ORDERS = { move: 'Biggest move', name: 'Name', own: 'My order' } as const;
export type Order = keyof typeof ORDERS;

/** Rows under a heading; an empty name has none. */
export type RowGroup = { name: string; rows: WatchlistRow[] };

export function ordered(rows: readonly WatchlistRow[], order: Order, groups: TickerGroups): RowGroup[] {
  if (order === 'own') return ownOrder(rows, groups);
  const sorted = rows.toSorted((a, b) =>
    order === 'name' ? compare(a.ticker, b.ticker) : size(b) - size(a) || compare(a.ticker, b.ticker),
  );
  return [{ name: '', rows: sorted }];
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
const size = ({ dayChange }: WatchlistRow): number => (dayChange === undefined ? -1 : Math.abs(dayChange));

function ownOrder(rows: readonly WatchlistRow[], groups: TickerGroups): RowGroup[] {
  const byTicker = new Map(rows.map((row) => [row.ticker, row]));
  const placed = groups.map(({ name, tickers }) => ({
    name,
    rows: tickers.flatMap((ticker) => {
      const row = byTicker.get(ticker);
      byTicker.delete(ticker);
      return row ? [row] : [];
    }),
  }));
  const rest = [...byTicker.values()];
  const [first, ...others] = placed;
  // Tickers in no group come after those without a heading.
  if (first && first.name === '') return [{ name: '', rows: [...first.rows, ...rest] }, ...others];
  return rest.length > 0 || placed.length === 0 ? [...placed, { name: '', rows: rest }] : placed;
}

export const asGroups = (groups: readonly RowGroup[]): TickerGroups =>
  groups.map(({ name, rows }) => ({ name, tickers: rows.map(({ ticker }) => ticker) }));

/** Moves a ticker before another one, or to the end of a group. */
export function moved(
  groups: readonly RowGroup[],
  ticker: string,
  to: { group: number; before?: string },
): TickerGroups {
  return groups.map(({ name, rows }, i) => {
    const tickers = rows.map((row) => row.ticker).filter((one) => one !== ticker);
    if (i !== to.group) return { name, tickers };
    const at = to.before === undefined ? -1 : tickers.indexOf(to.before);
    return { name, tickers: at === -1 ? [...tickers, ticker] : tickers.toSpliced(at, 0, ticker) };
  });
}

/** Moves a ticker by one place, over the border of its group too. @param by -1 is up */
export function nudged(groups: readonly RowGroup[], ticker: string, by: -1 | 1): TickerGroups {
  const group = groups.findIndex(({ rows }) => rows.some((row) => row.ticker === ticker));
  const rows = groups[group]?.rows ?? [];
  const at = rows.findIndex((row) => row.ticker === ticker);
  const isOver = by === -1 ? at === 0 : at === rows.length - 1;
  if (!isOver) return moved(groups, ticker, beforeIn(group, rows[by === -1 ? at - 1 : at + 2]?.ticker));
  const next = groups[group + by];
  if (!next) return moved(groups, ticker, beforeIn(group, by === -1 ? rows[1]?.ticker : undefined));
  return moved(groups, ticker, beforeIn(group + by, by === -1 ? undefined : next.rows[0]?.ticker));
}

const beforeIn = (group: number, before: string | undefined) => ({ group, ...(before !== undefined && { before }) });

/** Adds groups: tickers go to the group of that name, and leave the others. */
export function joined(groups: TickerGroups, added: TickerGroups): TickerGroups {
  const moving = new Set(added.flatMap(({ tickers }) => tickers));
  const all = new Map(groups.map(({ name, tickers }) => [name, tickers.filter((ticker) => !moving.has(ticker))]));
  for (const { name, tickers } of added) all.set(name, [...(all.get(name) ?? []), ...tickers]);
  return [...all].map(([name, tickers]) => ({ name, tickers }));
}

/** Removes a group: its tickers have none any more, and come first. */
export function dissolved(groups: TickerGroups, name: string): TickerGroups {
  const gone = groups.find((group) => group.name === name)?.tickers ?? [];
  const others = groups.filter((group) => group.name !== name && group.name !== '');
  const free = groups.find((group) => group.name === '')?.tickers ?? [];
  return [{ name: '', tickers: [...free, ...gone] }, ...others];
}
