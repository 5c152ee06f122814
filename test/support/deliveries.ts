import { type DeliveryId, parseDeliveryId } from '../../lambdas/contracts/delivery-id.ts';
import type { StoredSegment } from '../../lambdas/domain/prices/segment-version.ts';
import { readDelivery } from '../../lambdas/domain/vendor-file/read-delivery.ts';
import type { ReadDelivery } from '../../lambdas/domain/vendor-file/read-result.ts';

/** The example of the README, with a bad row. */
export const EXAMPLE_HISTORY = `ticker,Closing Val,Timestamp
Ticker-1,95,2023-01-01
Ticker-2,100,2023-01-01
Ticker-3,105,2023-01-01
Ticker-1,100,2023-04-01
Ticker-2,105,2023-04-01
Ticker-3,1110,2023-04-01
Ticker-Bad1,-50,2023-04-01
`;
export const EXAMPLE_INCREMENTAL = `ticker,Closing Val,Timestamp,Action
Ticker-1,95,2023-04-02,I
Ticker-2,100,2023-04-02,I
Ticker-3,105,2023-04-02,I
Ticker-3,114,2023-04-01,U
Ticker-Bad1,,,D
`;

/** A file as a stream of chunks of `size` bytes. */
export async function* streamOf(content: string | Uint8Array, size = 1 << 16): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

/** Reads a file as the delivery with this id. */
export const read = (
  content: string | Uint8Array,
  id = '2023-04-02.incremental',
  maxRejectedShare = 0.2,
): Promise<ReadDelivery> => readAs(streamOf(content), parseDeliveryId(id), maxRejectedShare);

export const readAs = (
  body: AsyncIterable<Uint8Array>,
  delivery: DeliveryId,
  maxRejectedShare: number,
): Promise<ReadDelivery> => readDelivery(body, delivery, { maxRejectedShare, maxFileBytes: 100_000_000 }, 0);

/** The segments that a file writes. */
export async function storedSegments(
  content: string,
  id: string,
  knownAt = `${parseDeliveryId(id).fileDate}T21:00:00.000Z`,
): Promise<StoredSegment[]> {
  const { packer } = await read(content, id, 1);
  const by = { delivery: id, revision: '01', knownAt };
  return [...packer.segments()].map(({ ticker, year, rows }) => ({ ticker, year, rows, ...by }));
}

/** The segments of the example. */
export const exampleSegments = async (): Promise<StoredSegment[]> => [
  ...(await storedSegments(EXAMPLE_HISTORY, '2023-04-01.history')),
  ...(await storedSegments(EXAMPLE_INCREMENTAL, '2023-04-02.incremental')),
];

export const ofTicker = (segments: readonly StoredSegment[], ticker: string): StoredSegment[] =>
  segments.filter((segment) => segment.ticker === ticker);

export const aDelivery = (overrides: Partial<DeliveryId> = {}): DeliveryId => ({
  ...parseDeliveryId('2023-04-02.incremental'),
  ...overrides,
});
