import type { Facts } from '../../contracts/api/facts.ts';
import type { FlatRecord } from './flat-record.ts';

const NEWS = 5;
const DATES = 5;

type Fundamental = Facts['fundamentals'][number];
/** What the page shows, and the names that providers have for it, the preferred ones first. */
const ITEMS: { name: string; kind: Fundamental['kind']; items: string[] }[] = [
  { name: 'Market capitalization', kind: 'money', items: ['marketCapitalization'] },
  { name: 'P/E', kind: 'ratio', items: ['peTTM', 'peInclExtraTTM', 'peBasicExclExtraTTM'] },
  { name: 'Dividend yield', kind: 'share', items: ['currentDividendYieldTTM', 'dividendYieldIndicatedAnnual'] },
  { name: 'Revenue', kind: 'money', items: ['revenue', 'totalRevenue'] },
  { name: 'Net income', kind: 'money', items: ['netIncome'] },
  { name: 'Earnings per share', kind: 'ratio', items: ['epsDiluted', 'eps', 'epsInclExtraItemsTTM'] },
  { name: 'Total assets', kind: 'money', items: ['totalAssets'] },
];

/** Every name of an item that the page shows. */
export const SHOWN_ITEMS: ReadonlySet<string> = new Set(ITEMS.flatMap(({ items }) => items));

const text = (record: FlatRecord, name: string): string => String(record[name] ?? '');
const optional = <N extends string>(record: FlatRecord, name: N): { [K in N]?: string } =>
  (record[name] == null ? {} : { [name]: String(record[name]) }) as { [K in N]?: string };
const newestFirst = (name: string) => (a: FlatRecord, b: FlatRecord) =>
  text(a, name) < text(b, name) ? 1 : text(a, name) > text(b, name) ? -1 : 0;

/** The latest articles; the same one of two providers is shown once. */
export function latestNews(records: readonly FlatRecord[]): Facts['news'] {
  const byHeadline = new Map<string, FlatRecord>();
  for (const record of [...records].sort(newestFirst('published'))) {
    const headline = text(record, 'headline').toLowerCase();
    if (!byHeadline.has(headline)) byHeadline.set(headline, record);
  }
  return [...byHeadline.values()].slice(0, NEWS).map((record) => ({
    headline: text(record, 'headline'),
    published: text(record, 'published'),
    polarity: Number(record['polarity']),
    finance: Number(record['finance']),
    ...optional(record, 'url'),
    ...optional(record, 'source'),
  }));
}

/** The newest value of each item that the page shows, of a year or of the last twelve months. */
export function keyFigures(records: readonly FlatRecord[]): Facts['fundamentals'] {
  const sorted = [...records].sort(newestFirst('date'));
  const yearly = sorted.filter((record) => ['FY', 'TTM'].includes(text(record, 'period')));
  return ITEMS.flatMap(({ name, kind, items }) => {
    const found = items
      .map((item) => yearly.find((record) => record['item'] === item))
      .find((one) => one !== undefined);
    if (!found) return [];
    return [{ name, kind, value: text(found, 'value'), date: text(found, 'date'), ...optional(found, 'unit') }];
  });
}

/** The next dates, the nearest first. @param records the newest files first @param today ISO date */
export function nextDates(records: readonly FlatRecord[], today: string): Facts['policy'] {
  const byName = new Map<string, FlatRecord>();
  for (const record of records) {
    const isPlanned = record['type'] !== 'press' && text(record, 'date') >= today;
    const name = `${text(record, 'date')} ${text(record, 'title')}`;
    if (isPlanned && !byName.has(name)) byName.set(name, record);
  }
  // Decisions about rates move every ticker: they come first on their day.
  return [...byName]
    .sort(([a, x], [b, y]) => order(x).localeCompare(order(y)) || (a < b ? -1 : 1))
    .slice(0, DATES)
    .map(([, record]) => ({
      type: text(record, 'type'),
      date: text(record, 'date'),
      title: text(record, 'title'),
      ...optional(record, 'time'),
      ...optional(record, 'url'),
    }));
}

const order = (record: FlatRecord): string => `${text(record, 'date')} ${record['type'] === 'fomc' ? 0 : 1}`;
