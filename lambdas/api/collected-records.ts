import { LRUCache } from 'lru-cache';
import { factsOf, PROVIDER_NAMES } from '../contracts/collect.ts';
import { addDays } from '../contracts/dates.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { FlatRecord } from '../domain/records/flat-record.ts';
import { SHOWN_ITEMS } from '../domain/records/ticker-facts.ts';
import { textLines } from '../runtime/text-lines.ts';
import type { ApiPorts } from './ports.ts';

/** Days back in which the files are that count: news is hourly, the others at least weekly. */
const DAYS_BACK = { news: 3, fundamentals: 8, policy: 8 };
type Shown = keyof typeof DAYS_BACK;
/** Files in memory. Their content never changes. */
const MAX_FILES = 40;
/** Which revisions are the current ones is asked again after this time. */
const CURRENT_MS = 60_000;
/** Of a ticker, the last records of a file that are kept in memory. */
const MAX_NEWS = 20;

/** The records of a file, by ticker; those without a ticker under the empty text. */
type ByTicker = ReadonlyMap<string, FlatRecord[]>;

/**
 * What collectors brought lately, from what ingest kept: a fold of applied revisions. A revoked file is not in it.
 * @returns a function that gives the records of a dataset about a ticker, or those without one
 */
export function collectedRecords({ deliveries, records, now }: Pick<ApiPorts, 'deliveries' | 'records' | 'now'>) {
  const files = new LRUCache<string, Promise<ByTicker>>({ max: MAX_FILES });
  const current = new LRUCache<Shown, Promise<string[]>>({ max: 3, ttl: CURRENT_MS, perf: { now } });

  /** Keys of the kept rows of current revisions. */
  async function keysOf(dataset: Shown): Promise<string[]> {
    const today = new Date(now()).toISOString().slice(0, 10);
    const dates = Array.from({ length: DAYS_BACK[dataset] }, (_, i) => addDays(today, -i));
    const providers = PROVIDER_NAMES.filter((name) => factsOf(name).datasets.includes(dataset));
    const ids = providers.flatMap((provider) => dates.map((date) => `${dataset}/${provider}/${date}.incremental`));
    const found = await Promise.all(ids.map((id) => deliveries.get(id)));
    return found.flatMap((record) =>
      record?.applied && !record.applied.isRevocation
        ? [recordKeys(record.delivery, record.applied.revision).rows]
        : [],
    );
  }

  /** Reads a file as a stream, and keeps only what the page shows: a file of fundamentals has a million records. */
  async function read(dataset: Shown, key: string): Promise<ByTicker> {
    const bytes = await records.get(key);
    const byTicker = new Map<string, FlatRecord[]>();
    if (!bytes) return byTicker;
    for await (const line of textLines(bytes)) {
      const record = JSON.parse(line) as FlatRecord;
      if (dataset === 'fundamentals' && !SHOWN_ITEMS.has(String(record['item']))) continue;
      const ticker = String(record['ticker'] ?? '');
      const own = byTicker.get(ticker) ?? [];
      own.push(record);
      if (dataset === 'news' && own.length > MAX_NEWS) own.shift();
      byTicker.set(ticker, own);
    }
    return byTicker;
  }

  return async (dataset: Shown, ticker: string): Promise<FlatRecord[]> => {
    const keys = await cached(current, dataset, () => keysOf(dataset));
    const found = await Promise.all(keys.map((key) => cached(files, key, () => read(dataset, key))));
    return found.flatMap((byTicker) => byTicker.get(ticker) ?? []);
  };
}

/** A failure is not kept. */
function cached<K extends {}, T>(cache: LRUCache<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}
