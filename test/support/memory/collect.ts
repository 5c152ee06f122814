import { createHash } from 'node:crypto';
import type { OwnFiles } from '../../../lambdas/adapters/own-files.ts';
import type { RunsTable } from '../../../lambdas/adapters/runs-table.ts';
import type { CollectRequest } from '../../../lambdas/contracts/collect.ts';
import type { RunRecord } from '../../../lambdas/contracts/run-record.ts';

/** The runs of collectors, and the pace of each provider. */
export class MemoryRuns {
  readonly records = new Map<string, RunRecord>();
  readonly requests = new Map<string, CollectRequest>();
  readonly paces = new Map<string, { nextAt: number; day: string; used: number }>();

  port(): RunsTable {
    return {
      put: async (record, request) => {
        this.records.set(`${record.provider} ${record.run}`, structuredClone(record));
        this.requests.set(`${record.provider} ${record.run}`, structuredClone(request));
      },
      requestOf: async (provider, run) => this.requests.get(`${provider} ${run}`),
      last: async (provider, limit) =>
        [...this.records.values()]
          .filter((one) => one.provider === provider)
          .sort((a, b) => (a.run < b.run ? 1 : -1))
          .slice(0, limit),
      take: async (provider, { perMinute, perDay }, now, until) => {
        const today = new Date(now).toISOString().slice(0, 10);
        const { nextAt = 0, day = '', used = 0 } = this.paces.get(provider) ?? {};
        const usedToday = day === today ? used : 0;
        if (perDay !== undefined && usedToday >= perDay) return 'quota';
        const at = Math.max(now, nextAt);
        if (at > until) return 'late';
        this.paces.set(provider, { nextAt: at + Math.ceil(60_000 / perMinute), day: today, used: usedToday + 1 });
        return { waitMs: at - now };
      },
      usedOn: async (provider, today) => {
        const pace = this.paces.get(provider);
        return pace?.day === today ? pace.used : 0;
      },
    };
  }
}

const etagOf = (content: string | Uint8Array): string => createHash('md5').update(content).digest('hex');

/**
 * Our own files, in a drop bucket in memory.
 * @param onWrite called for each file that was written: it uploads it
 */
export const memoryFiles = (
  objects: ReadonlyMap<string, { etag: string; content: string | Buffer }>,
  onWrite: (key: string, content: Buffer) => void,
): OwnFiles => ({
  read: async (key) => {
    const object = objects.get(key);
    return object && { bytes: Buffer.from(object.content), etag: etagOf(object.content) };
  },
  write: async (key, bytes, etag) => {
    const object = objects.get(key);
    if ((object && etagOf(object.content)) !== etag) return false;
    onWrite(key, Buffer.from(bytes));
    return true;
  },
});
