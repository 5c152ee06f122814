import { createHash } from 'node:crypto';
import { type DeliveryDropped, deliveryDropped } from '../../lambdas/contracts/delivery-dropped.ts';
import { type IngestOutcome, ingestDelivery } from '../../lambdas/ingest/ingest-delivery.ts';
import type { IngestPorts, Invocation } from '../../lambdas/ingest/ports.ts';
import type { MemoryWorld } from './memory-world.ts';

const INGEST_SETTINGS = { maxRejectedShare: 0.2, fanOutSegments: 2 };
export const NOW = Date.parse('2020-01-10T22:00:00Z');

export const anInvocation = (overrides: Partial<Invocation> = {}): Invocation => ({
  id: 'invocation-1',
  now: () => NOW,
  deadline: NOW + 600_000,
  ...overrides,
});

let drops = 0;

/** Puts a file into the world's drop bucket, and gives the event that S3 would send. */
export function drop(world: MemoryWorld, key: string, content: string, time = '2020-01-10T21:00:00Z'): DeliveryDropped {
  const etag = createHash('md5').update(content).digest('hex');
  world.objects.set(key, { etag, content });
  const sequencer = (++drops).toString(16).padStart(16, '0').toUpperCase();
  const object = { key, size: content.length, etag, sequencer };
  return deliveryDropped.parse({ time, detail: { bucket: { name: 'drop' }, object } });
}

export const ingest = (
  world: MemoryWorld,
  event: DeliveryDropped,
  { ports = world.ports(), invocation = anInvocation() }: { ports?: IngestPorts; invocation?: Invocation } = {},
): Promise<IngestOutcome> => ingestDelivery(ports, INGEST_SETTINGS, event, invocation);

export const dropAndIngest = (
  world: MemoryWorld,
  key: string,
  content: string,
  time?: string,
): Promise<IngestOutcome> => ingest(world, drop(world, key, content, time));
