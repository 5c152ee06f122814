import { gunzipSync } from 'node:zlib';
import type { MarketApi } from '../../lambdas/adapters/market-api.ts';
import { collect } from '../../lambdas/collect/collect.ts';
import type { CollectPorts } from '../../lambdas/collect/ports.ts';
import { type CollectRequest, collectRequest, type NewCollectRequest } from '../../lambdas/contracts/collect.ts';
import type { DeliveryEvent } from '../../lambdas/contracts/delivery-event.ts';
import type { RunRecord } from '../../lambdas/contracts/run-record.ts';
import { PRICE_HEADER, type PriceRow } from '../../lambdas/domain/collect/price-row.ts';
import type { Invocation } from '../../lambdas/runtime/invocation.ts';
import { vendorAnswer, vendorWorld } from '../../local/vendors/server.ts';
import type { VendorAnswer, VendorRequest } from '../../local/vendors/vendor.ts';
import { drop } from './drops.ts';
import { MemoryRuns, memoryFiles } from './memory/collect.ts';
import { MemoryWorld } from './memory-world.ts';

export const KEY = 'a-secret-key-0123456789';
/** After the close of Friday, 7 March 2025. */
export const FRIDAY = Date.parse('2025-03-07T23:00:00Z');
const QUARTER_HOUR_MS = 900_000;

/** Collectors on a world in memory, with a clock that only waits move, and APIs that answer in the same process. */
export class CollectWorld {
  readonly world = new MemoryWorld();
  readonly runs = new MemoryRuns();
  readonly again: CollectRequest[] = [];
  readonly events: DeliveryEvent[] = [];
  readonly asked: string[] = [];
  /** What the APIs know. */
  readonly vendors = vendorWorld({ now: () => this.now });
  /** Invocations so far. */
  hops = 0;
  /** ms since 1970 */
  now = FRIDAY;
  /** What goes wrong: another answer than the right one. */
  fault: (request: VendorRequest) => VendorAnswer | undefined = () => undefined;

  /** What an API answers if nothing is wrong. */
  right(request: VendorRequest): VendorAnswer {
    return vendorAnswer(request, this.vendors);
  }

  get api(): MarketApi {
    return {
      get: async (url, headers) => {
        this.asked.push(url);
        const { host, pathname: path, searchParams: query } = new URL(url);
        const request = { host, path, query, headers };
        const { status, body, headers: answered } = this.fault(request) ?? this.right(request);
        const seconds = answered?.['retry-after'];
        return { status, body, ...(seconds !== undefined && { retryAfterMs: Number(seconds) * 1000 }) };
      },
    };
  }

  ports(): CollectPorts {
    const { records, prices } = this.world.ports();
    return {
      api: this.api,
      keys: { of: async () => KEY },
      files: memoryFiles(this.world.objects, (key, content) => {
        this.events.push(drop(this.world, key, content, new Date(this.now).toISOString()));
      }),
      records,
      prices,
      runs: this.runs.port(),
      again: { send: async (request) => void this.again.push(request) },
      wait: async (ms) => {
        const until = this.now + ms;
        // Others that wait at the same time do not add up.
        await Promise.resolve();
        this.now = Math.max(this.now, until);
      },
      random: () => 0.5,
      progress: () => undefined,
    };
  }

  invocation(): Invocation {
    return { id: 'collect-1', now: () => this.now, deadline: this.now + QUARTER_HOUR_MS };
  }

  /** Runs to the end, through as many invocations as it takes. */
  async run(request: Omit<NewCollectRequest, 'at'> & { at?: string }, ports = this.ports()): Promise<RunRecord> {
    const at = request.at ?? new Date(this.now).toISOString();
    let next: CollectRequest | undefined = collectRequest.parse({ ...request, at });
    let record: RunRecord | undefined;
    for (; next; next = this.again.pop()) {
      this.hops++;
      record = await collect(ports, next, this.invocation());
    }
    if (!record) throw new Error('Expected a record.');
    return record;
  }

  text(key: string): string | undefined {
    const content = this.world.objects.get(key)?.content;
    return content && (key.endsWith('.gz') ? gunzipSync(content) : content).toString();
  }

  /** The rows of a file, read in the plainest way: tickers here have no comma. */
  rows(key: string): PriceRow[] {
    const [header = '', ...lines] = (this.text(key) ?? '').split('\n');
    if (header !== '' && `${header}\n` !== PRICE_HEADER)
      throw new Error(`Expected the header of a collector, found ${header}.`);
    return lines.filter(Boolean).map((line) => {
      const [ticker = '', close = '', date = '', action, open = '', high = '', low = '', volume = '', split = ''] =
        line.split(',');
      return { ticker, close, date, action: action as PriceRow['action'], open, high, low, volume, split };
    });
  }
}
