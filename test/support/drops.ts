import { createHash } from 'node:crypto';
import { commandFor, type DeliveryEvent, deliveryEvent, messageOf } from '../../lambdas/contracts/delivery-event.ts';
import { deliveryOfKey } from '../../lambdas/contracts/delivery-id.ts';
import type { CommandName } from '../../lambdas/contracts/revision.ts';
import { type IngestOutcome, ingestDelivery } from '../../lambdas/ingest/ingest-delivery.ts';
import type { IngestPorts, IngestSettings } from '../../lambdas/ingest/ports.ts';
import type { Invocation } from '../../lambdas/runtime/invocation.ts';
import type { MemoryWorld } from './memory-world.ts';

export const INGEST_SETTINGS: IngestSettings = { maxRejectedShare: 0.2, maxFileBytes: 10_000_000 };
export const NOW = Date.parse('2020-01-10T22:00:00Z');

export const anInvocation = (overrides: Partial<Invocation> = {}): Invocation => ({
  id: 'invocation-1',
  now: () => NOW,
  deadline: NOW + 600_000,
  ...overrides,
});

/** When a file with this name is usually uploaded: after the close of its day. */
const afterTheClose = (key: string): string => `${deliveryOfKey(key)?.fileDate ?? '2020-01-10'}T21:00:00Z`;

let uploads = 0;

/** S3's event for an uploaded file, as EventBridge delivers it. */
export const objectCreated = (
  time: string,
  object: { key: string; size: number; etag: string; sequencer: string },
) => ({ 'detail-type': 'Object Created', time, detail: { bucket: { name: 'drop' }, object } });

/** Uploads a file to the world's drop bucket, and returns the event that S3 would send. */
export function drop(
  world: MemoryWorld,
  key: string,
  content: string | Buffer,
  time = afterTheClose(key),
): DeliveryEvent {
  const etag = createHash('md5').update(content).digest('hex');
  world.objects.set(key, { etag, content });
  const sequencer = (++uploads).toString(16).padStart(16, '0').toUpperCase();
  return deliveryEvent.parse(objectCreated(time, { key, size: Buffer.byteLength(content), etag, sequencer }));
}

/** The command of an operator who sees a delivery as it is now. */
export function command(world: MemoryWorld, delivery: string, name: CommandName, time?: string): DeliveryEvent {
  const record = world.deliveries.get(delivery);
  if (!record) throw new Error(`Expected a delivery ${delivery}.`);
  const nextMorning = new Date(Date.parse(record.knownAt) + 12 * 3_600_000).toISOString();
  // Through JSON, like a message of the queue.
  return deliveryEvent.parse(JSON.parse(JSON.stringify(messageOf(commandFor(record, name, time ?? nextMorning)))));
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
