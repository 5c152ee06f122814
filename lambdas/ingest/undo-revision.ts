import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { BEFORE_ALL, revisionKey } from '../contracts/keys.ts';
import { allSegments } from '../domain/delivery/manifest.ts';
import { concurrently } from '../runtime/concurrently.ts';
import { checkLease } from './lease.ts';
import { readManifest } from './manifests.ts';
import type { IngestPorts, Invocation } from './ports.ts';
import { batches, type NamedSegment, namesIn } from './replace-segments.ts';

const BATCHES_AT_ONCE = 4;

/**
 * Takes back what earlier tries of a revision wrote that ends as rejected or gone after all: its file was removed
 * meanwhile, or the limits are others. Each of its segments becomes what it replaced. What it wrote is kept as unfinished,
 * since digests of other deliveries may have shown it. May be repeated.
 */
export async function undoRevision(ports: IngestPorts, record: DeliveryRecord, invocation: Invocation): Promise<void> {
  const { prices } = ports;
  const { delivery, revision, droppedAt } = record;
  const manifest = await readManifest(ports.records, delivery, revision);
  if (!manifest) return;
  // It may also have emptied what others had.
  const others = [record.applied?.revision, ...record.unfinished].filter(
    (one) => one !== undefined && one !== revision,
  );
  const before = await Promise.all(others.map((one) => readManifest(ports.records, delivery, String(one))));
  const names = namesIn(allSegments([manifest, ...before.filter((one) => one !== undefined)]));
  await concurrently(batches(names, prices.batchSize), BATCHES_AT_ONCE, async (batch) => {
    const own = (await prices.standing(delivery, batch)).filter((segment) => segment.revision === revision);
    await prices.keepReplaced(
      droppedAt,
      own.map((segment) => ({ ...segment, isUnfinished: true as const })),
    );
    for (const segment of own) {
      const { rows, ...said } = (await replacedBy(ports, segment)) ?? { ...BEFORE_ALL, rows: '' };
      checkLease(invocation);
      await prices.writeSegments({ delivery, ...said }, [{ ticker: segment.ticker, year: segment.year, rows }]);
    }
  });
}

/** The newest finished version of a segment beside the one that stands, or undefined where there was none. */
async function replacedBy({ prices }: IngestPorts, { ticker, year, delivery, revision: own }: NamedSegment) {
  const { versions } = await prices.segmentsOf(ticker, year);
  const [newest] = versions
    .filter((one) => one.year === year && one.delivery === delivery && one.revision !== own && !one.isUnfinished)
    .sort((a, b) => (revisionKey(a) < revisionKey(b) ? 1 : -1));
  return newest && { revision: newest.revision, droppedAt: newest.droppedAt, rows: newest.rows };
}
