import type { DeliveryId } from '../../contracts/delivery-id.ts';
import { unpackRows } from '../delivery/segment.ts';
import type { SegmentPacker } from '../delivery/segment-packer.ts';
import { tombstoneIn } from '../delivery/tombstone.ts';
import type { Observation } from '../prices/fold.ts';
import { readDelivery } from './read-delivery.ts';
import type { ReadDelivery } from './read-result.ts';
import type { ReadSettings } from './reading-file.ts';

/** One value that a file sets. All values are exact decimals. */
type TriedObservation = { ticker: string } & Omit<Observation, 'delivery' | 'corrects'>;

/** What a file would do, if it was uploaded. Whether it would be held is not tested. */
export type Tried = Omit<ReadDelivery, 'packer' | 'quarantine'> & {
  state: 'applied' | 'rejected';
  observations: TriedObservation[];
  /** Observations that the file deletes, and tickers that it retires. */
  deletions: { ticker: string; date: string }[];
  retired: string[];
};

/** A file to try. `size`: bytes. */
export type TriedFile = { body: AsyncIterable<Uint8Array>; size: number };

export const wholeFile = (bytes: Uint8Array): TriedFile => ({ body: once(bytes), size: bytes.length });

/** Reads a file without applying it. */
export async function tryFile({ body, size }: TriedFile, delivery: DeliveryId, settings: ReadSettings): Promise<Tried> {
  const { packer, quarantine: _quarantine, ...read } = await readDelivery(body, delivery, settings, size);
  const state = read.rejection ? 'rejected' : 'applied';
  return { ...read, state, ...contentOf(state === 'applied' ? packer : undefined) };
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

function contentOf(packer: SegmentPacker | undefined): Pick<Tried, 'observations' | 'deletions' | 'retired'> {
  const content: Pick<Tried, 'observations' | 'deletions' | 'retired'> = {
    observations: [],
    deletions: [],
    retired: [],
  };
  for (const segment of packer?.segments() ?? []) {
    const { ticker, year } = segment;
    if (tombstoneIn(segment)?.isRetired) content.retired.push(ticker);
    for (const { day, close, ...extras } of unpackRows(segment)) {
      const date = `${year}-${day.slice(0, 2)}-${day.slice(2)}`;
      if (close === undefined) content.deletions.push({ ticker, date });
      else content.observations.push({ ticker, date, close, ...extras });
    }
  }
  return content;
}
