import type { LimitsTable } from '../../../lambdas/adapters/limits-table.ts';
import type { RecordsBucket } from '../../../lambdas/adapters/records-bucket.ts';
import type { RefreshedQueue } from '../../../lambdas/adapters/refreshed-queue.ts';
import type { TickersTable } from '../../../lambdas/adapters/tickers-table.ts';
import type { Refreshed } from '../../../lambdas/contracts/refreshed.ts';

/** The records bucket in memory. */
export const memoryRecords = (objects: Map<string, Buffer>): RecordsBucket => ({
  put: async (key, body) => void objects.set(key, Buffer.from(body)),
  putNew: async (key, body) => {
    if (objects.has(key)) return false;
    objects.set(key, Buffer.from(body));
    return true;
  },
  get: async (key) => objects.get(key),
  list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
});

/** The table of tickers in memory. */
export const memoryTickers = (
  names: Set<string>,
  declared: Set<string>,
  renames: Set<string>,
  companies: Set<string>,
): TickersTable => ({
  addCompanies: async (added) => {
    for (const pair of added) companies.add(pair.join('\n'));
  },
  companies: async () => [...companies].sort().map((pair) => pair.split('\n') as [string, string]),
  add: async (added) => {
    for (const name of added) names.add(name);
  },
  addDeclared: async (added, pairs) => {
    for (const name of added) declared.add(name);
    for (const pair of pairs) renames.add(JSON.stringify(pair));
  },
  renames: async () => [...renames].map((pair) => JSON.parse(pair)),
  declared: async () => [...declared],
  all: async () => [...names].sort(),
});

/** The limits table in memory. */
export const memoryLimits = (values: Map<string, number>): LimitsTable => ({
  take: async ({ key, max, windowSeconds }, now) => {
    const seconds = Math.floor(now / 1000);
    const window = Math.floor(seconds / windowSeconds);
    const name = `${key}#${window}`;
    const taken = values.get(name) ?? 0;
    if (taken >= max) return Math.max(1, (window + 1) * windowSeconds - seconds);
    values.set(name, taken + 1);
    return 0;
  },
  note: async (key, at) => void values.set(key, at),
  noted: async (key) => values.get(key),
});

export type SentMessage = { message: Refreshed; delaySeconds: number };

/** The refreshed queue in memory. Copies each message through JSON, as a real queue does. */
export const memoryRefreshed = (messages: SentMessage[]): RefreshedQueue => ({
  send: async (sent, delaySeconds = 0) => {
    for (const message of sent) messages.push({ message: JSON.parse(JSON.stringify(message)), delaySeconds });
  },
});
