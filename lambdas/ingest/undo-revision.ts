import { readManifest } from '../adapters/manifests.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { BEFORE_ALL, revisionKey } from '../contracts/revision.ts';
import { allSegments } from '../domain/delivery/manifest.ts';
import type { StoredSegment } from '../domain/prices/segment-version.ts';
import { concurrently } from '../runtime/concurrently.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { checkLease } from './lease.ts';
import type { IngestPorts } from './ports.ts';
import { batches, namesIn } from './replace-segments.ts';

const BATCHES_AT_ONCE = 4;

/**
 * Undoes the writes of earlier tries of a revision. It is now rejected or gone: its file was removed, or the limits changed.
 * Each of its segments is replaced by the version before it. The undone segments are kept as unfinished, since digests of other
 * deliveries may have displayed them. May be repeated.
 */
export async function undoRevision(ports: IngestPorts, record: DeliveryRecord, invocation: Invocation): Promise<void> {
  const { prices } = ports;
  const { delivery, revision, knownAt } = record;
  const manifest = await readManifest(ports.records, delivery, revision);
  if (!manifest) return;
  // The revision may also have emptied segments of earlier ones.
  const others = [record.applied?.revision, ...record.unfinished].filter(
    (one) => one !== undefined && one !== revision,
  );
  const before = await Promise.all(others.map((one) => readManifest(ports.records, delivery, String(one))));
  const names = namesIn(allSegments([manifest, ...before.filter((one) => one !== undefined)]));
  await concurrently(batches(names, prices.batchSize), BATCHES_AT_ONCE, async (batch) => {
    const own = (await prices.currentSegments(delivery, batch)).filter((segment) => segment.revision === revision);
    await prices.keepReplaced(
      knownAt,
      own.map((segment) => ({ ...segment, isUnfinished: true as const })),
    );
    for (const segment of own) {
      const { rows, ...by } = (await versionBefore(ports, segment)) ?? { ...BEFORE_ALL, rows: '' };
      checkLease(invocation);
      await prices.writeSegments({ delivery, ...by }, [{ ticker: segment.ticker, year: segment.year, rows }]);
    }
  });
}

/** The newest other version of a segment that was applied completely; undefined if there is none. */
async function versionBefore({ prices }: IngestPorts, { ticker, year, delivery, revision: own }: StoredSegment) {
  const { versions } = await prices.segmentsOf(ticker, year);
  const [newest] = versions
    .filter((one) => one.year === year && one.delivery === delivery && one.revision !== own && !one.isUnfinished)
    .sort((a, b) => (revisionKey(a) < revisionKey(b) ? 1 : -1));
  return newest && { revision: newest.revision, knownAt: newest.knownAt, rows: newest.rows };
}
