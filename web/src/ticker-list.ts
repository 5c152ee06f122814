import type { TickerGroups } from '../../lambdas/contracts/subscriber.ts';

/** Tickers of a pasted or dropped list, in groups as the list has them. */
export type TickerList = { tickers: string[]; groups: TickerGroups };

const SEPARATORS = /[\s,;]+/;
/** Headers of the column with tickers in a CSV file. */
const TICKER_COLUMN = /^(?:ticker|symbol)s?$/i;

/**
 * Reads a list of tickers: separated by commas, spaces or lines; a CSV file with a column `ticker` or `symbol`; or an export of
 * TradingView, `###Tech,NASDAQ:AAPL`, with the names of groups.
 */
export function readTickerList(text: string): TickerList {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const header = cellsOf(lines[0] ?? '');
  const column = header.findIndex((name) => TICKER_COLUMN.test(name));
  const names =
    column !== -1 && lines.length > 1
      ? lines.slice(1).map((line) => cellsOf(line)[column] ?? '')
      : // The name of a group may have spaces: it ends with the next comma or line.
        lines.flatMap((line) =>
          line
            .split(/,|(?=###)/)
            .flatMap((part) => (part.trim().startsWith('###') ? [part.trim()] : part.split(SEPARATORS))),
        );
  const groups = new Map<string, string[]>();
  let group: string | undefined;
  const tickers = new Set<string>();
  for (const name of names) {
    if (name.startsWith('###')) {
      group = name.slice(3).trim().slice(0, 40);
      if (!groups.has(group)) groups.set(group, []);
      continue;
    }
    const ticker = tickerOf(name);
    if (ticker === '' || tickers.has(ticker)) continue;
    tickers.add(ticker);
    if (group !== undefined) groups.get(group)?.push(ticker);
  }
  return {
    tickers: [...tickers],
    groups: [...groups].flatMap(([name, own]) => (own.length > 0 ? [{ name, tickers: own }] : [])),
  };
}

const cellsOf = (line: string): string[] => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

/** `NASDAQ:AAPL` is AAPL. */
const tickerOf = (name: string): string =>
  name
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^[A-Z_]+:(?=.)/, '');

/** The list as TradingView reads it. */
export const writeTickerList = ({ tickers, groups }: TickerList): string => {
  const grouped = new Set(groups.flatMap((group) => group.tickers));
  const parts = [
    ...groups.flatMap((group) => [...(group.name ? [`###${group.name}`] : []), ...group.tickers]),
    ...tickers.filter((ticker) => !grouped.has(ticker)),
  ];
  return `${parts.join(',')}\n`;
};
