import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { collect } from '../lambdas/collect/collect.ts';
import { type CollectRequest, collectRequest } from '../lambdas/contracts/collect.ts';
import { CollectWorld, FRIDAY } from '../test/support/collect-world.ts';

/**
 * Collects five years of so many tickers at five requests a second, against the recorded vendor in the same process. Answers are kept on
 * the disk, as in a bucket, and only the clock waits. Prints the minutes by that clock, the time of the machine, and the memory.
 */
const tickers = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'closing-bell-bench-'));
const world = new CollectWorld();
const fileOf = (key: string) => join(folder, key);
const ports = {
  ...world.ports(),
  records: {
    put: async (key: string, body: Uint8Array | string) => {
      mkdirSync(dirname(fileOf(key)), { recursive: true });
      writeFileSync(fileOf(key), body);
    },
    putNew: async (key: string, body: Uint8Array | string) => {
      mkdirSync(dirname(fileOf(key)), { recursive: true });
      writeFileSync(fileOf(key), body);
      return true;
    },
    get: async (key: string) => readFileSync(fileOf(key)),
    list: async (prefix: string) =>
      existsSync(fileOf(prefix)) ? readdirSync(fileOf(prefix)).map((name) => `${prefix}${name}`) : [],
  },
};
let next: CollectRequest | undefined = collectRequest.parse({
  provider: 'yahoo',
  dataset: 'prices',
  subjects: Array.from({ length: tickers }, (_, i) => `T${i}`),
  at: new Date(FRIDAY).toISOString(),
  from: '2020-03-09',
  to: '2025-03-07',
  settings: { perMinute: 300 },
});
const used = process.cpuUsage();
let rows = 0;
let hops = 0;
for (; next; next = world.again.pop()) {
  hops++;
  world.asked.length = 0;
  rows = (await collect(ports, next, world.invocation())).rows;
}
const { user, system } = process.cpuUsage(used);
rmSync(folder, { recursive: true, force: true });
console.log(
  JSON.stringify({
    rows,
    hops,
    minutes: (world.now - FRIDAY) / 60_000,
    cpuSeconds: (user + system) / 1e6,
    maxRssMb: process.resourceUsage().maxRSS / 1024,
  }),
);
