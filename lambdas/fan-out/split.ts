import type { Refreshed, Scan } from '../contracts/refreshed.ts';
import type { FanOutPorts } from './ports.ts';

/** Items of the subscribers table in one scan segment: a small audience is one segment, so that each chart is drawn once. */
export const ITEMS_PER_SCAN_SEGMENT = 5_000;

/**
 * Splits a message of ingest into one message per scan segment. May be repeated: the ledger prevents duplicate mails.
 * @returns the scan to do now, if there is only one; undefined if messages were sent
 */
export async function split(
  { subscribers, refreshed }: Pick<FanOutPorts, 'subscribers' | 'refreshed'>,
  message: Refreshed,
): Promise<Scan | undefined> {
  const totalScanSegments = Math.max(1, Math.ceil((await subscribers.approximateCount()) / ITEMS_PER_SCAN_SEGMENT));
  if (totalScanSegments === 1) return { scanSegment: 0, totalScanSegments };
  const scans = Array.from({ length: totalScanSegments }, (_, scanSegment) => ({ scanSegment, totalScanSegments }));
  await refreshed.send(scans.map((scan) => ({ ...message, scan, hop: message.hop + 1 })));
  return undefined;
}
