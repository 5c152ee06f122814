import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';

/** Reads a history file with the reader of a source tree, and prints the time of the fastest of three runs (ms). */
const [root = '', file = ''] = process.argv.slice(2);
const RUNS = 3;

/** Where the reader is, today and in the tree that it is compared with. */
const PLACES = ['lambdas/domain/vendor-file/read-delivery.ts', 'lambdas/ingest/read-delivery.ts'];
const place = PLACES.map((path) => join(root, path)).find(existsSync);
if (!place) throw new Error(`Expected a reader in ${root}, found none.`);
const { readDelivery } = await import(place);
const { parseDeliveryId } = await import(join(root, 'lambdas/contracts/delivery-id.ts'));

let fastest = Number.POSITIVE_INFINITY;
for (let run = 0; run < RUNS; run++) {
  const started = performance.now();
  const body = createReadStream(file, { highWaterMark: 1 << 20 });
  const limits = { maxRejectedShare: 0.2, maxFileBytes: 1e9 };
  const { rows } = await readDelivery(body, parseDeliveryId('2019-12-31.history'), limits, 0);
  if (rows.accepted < 100_000) throw new Error(`Expected more than 100,000 rows, found ${rows.accepted}.`);
  fastest = Math.min(fastest, performance.now() - started);
}
console.log(fastest);
