import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { CreatedObject, S3AndSqs } from '../emulators/s3-sqs.ts';
import type { BusEvent, EventBus } from './event-bus.ts';

/**
 * Tells the event bus of every object, at least once, as S3 does: an object whose event was lost to a crash
 * is told of at the next start.
 * @param file remembers which objects have been told of
 */
export function objectEvents(file: string, onError: (error: unknown) => void) {
  const told = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
  let lastSequence = 0;
  let bus: EventBus | undefined;
  let queue: Promise<void> = Promise.resolve();

  const tell = (object: CreatedObject): void => {
    queue = queue.then(async () => {
      lastSequence = Math.max(lastSequence + 1, object.lastModified.getTime() * 1000);
      await bus?.(created(object, lastSequence));
      const mark = markOf(object);
      told.add(mark);
      appendFileSync(file, `${mark}\n`);
    });
    queue = queue.catch(onError);
  };

  return {
    /** Called by S3 for each object it has written. */
    onCreated: (object: CreatedObject) => {
      if (bus) tell(object);
    },
    /** Starts to tell the bus, first of what it has missed. */
    connect(to: EventBus, s3: S3AndSqs, buckets: string[]): void {
      bus = to;
      const missed = buckets.flatMap((bucket) => s3.objectsIn(bucket)).filter((object) => !told.has(markOf(object)));
      for (const object of missed.sort((a, b) => a.lastModified.getTime() - b.lastModified.getTime())) tell(object);
    },
    settled: () => queue,
  };
}

const markOf = ({ bucket, key, etag, lastModified }: CreatedObject): string =>
  JSON.stringify([bucket, key, etag, lastModified.toISOString()]);

const created = ({ bucket, key, size, etag, lastModified }: CreatedObject, sequence: number): BusEvent => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  time: lastModified.toISOString(),
  detail: {
    version: '0',
    bucket: { name: bucket },
    object: { key, size, etag, sequencer: sequence.toString(16).toUpperCase().padStart(16, '0') },
    reason: 'PutObject',
  },
});
