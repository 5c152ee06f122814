import { createHash } from 'node:crypto';
import {
  type DeliveryEvent,
  DeliveryEventType,
  deliveryEvent,
  orderAbout,
} from '../../lambdas/contracts/delivery-event.ts';
import { deliveryOfKey } from '../../lambdas/contracts/delivery-id.ts';
import { type IngestOutcome, ingestDelivery } from '../../lambdas/ingest/ingest-delivery.ts';
import type { IngestPorts, IngestSettings, Invocation } from '../../lambdas/ingest/ports.ts';
import type { MemoryWorld } from './memory-world.ts';

export const INGEST_SETTINGS = { maxRejectedShare: 0.2, maxFileBytes: 10_000_000, fanOutSegments: 2 };
export const NOW = Date.parse('2020-01-10T22:00:00Z');

export const anInvocation = (overrides: Partial<Invocation> = {}): Invocation => ({
  id: 'invocation-1',
  now: () => NOW,
  deadline: NOW + 600_000,
  ...overrides,
});

/** When a file with this name is dropped as a rule: after the close of its day. */
const afterTheClose = (key: string): string => `${deliveryOfKey(key)?.fileDate ?? '2020-01-10'}T21:00:00Z`;

let drops = 0;

/** Puts a file into the world's drop bucket, and gives the event that S3 would send. */
export function drop(
  world: MemoryWorld,
  key: string,
  content: string | Buffer,
  time = afterTheClose(key),
): DeliveryEvent {
  const etag = createHash('md5').update(content).digest('hex');
  world.objects.set(key, { etag, content });
  const sequencer = (++drops).toString(16).padStart(16, '0').toUpperCase();
  const object = { key, size: Buffer.byteLength(content), etag, sequencer };
  return deliveryEvent.parse({
    'detail-type': DeliveryEventType.dropped,
    time,
    detail: { bucket: { name: 'drop' }, object },
  });
}

/** The order of an operator who sees a delivery as it is now. */
export function order(
  world: MemoryWorld,
  delivery: string,
  what: 'revoked' | 'replayed',
  time?: string,
): DeliveryEvent {
  const record = world.deliveries.get(delivery);
  if (!record) throw new Error(`Expected a delivery ${delivery}.`);
  const nextMorning = new Date(Date.parse(record.droppedAt) + 12 * 3_600_000).toISOString();
  // As the queue hands it on.
  return deliveryEvent.parse(JSON.parse(JSON.stringify(orderAbout(record, what, time ?? nextMorning))));
}

export const ingest = (
  world: MemoryWorld,
  event: DeliveryEvent,
  {
    ports = world.ports(),
    settings = INGEST_SETTINGS,
    invocation = anInvocation(),
  }: { ports?: IngestPorts; settings?: IngestSettings; invocation?: Invocation } = {},
): Promise<IngestOutcome> => ingestDelivery(ports, settings, event, invocation);

export const dropAndIngest = (
  world: MemoryWorld,
  key: string,
  content: string | Buffer,
  time?: string,
): Promise<IngestOutcome> => ingest(world, drop(world, key, content, time));
