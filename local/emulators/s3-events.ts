import { appendFileSync } from 'node:fs';
import type { BusEvent, EventBus } from '../engine/event-bus.ts';
import type { CreatedObject, S3AndSqs } from './s3-sqs.ts';
import { readStateFile } from './state-file.ts';

/**
 * Sends S3's event for every object to the event bus, at least once: after a crash, missing events are sent at the next start.
 * @param file lists the objects whose events were sent
 */
export function s3Events(file: string, onError: (error: unknown) => void) {
  const published = readStateFile(file, (text) => new Set(text.split('\n')), new Set<string>());
  // Times never go back, even if the clock does: a later upload must not look older.
  let latest = [...published].reduce((time, mark) => Math.max(time, timeOf(mark)), 0);
  let lastSequence = latest * 1000;
  let bus: EventBus | undefined;
  let queue: Promise<void> = Promise.resolve();

  const publish = (object: CreatedObject): void => {
    queue = queue.then(async () => {
      latest = Math.max(latest, object.lastModified.getTime());
      lastSequence = Math.max(lastSequence + 1, latest * 1000);
      await bus?.(created(object, latest, lastSequence));
      const mark = markOf(object);
      published.add(mark);
      appendFileSync(file, `${mark}\n`);
    });
    queue = queue.catch(onError);
  };

  return {
    /** Call it for each object that was written. */
    onCreated: (object: CreatedObject) => {
      if (bus) publish(object);
    },
    /** Connects the bus, and sends missing events first. */
    connect(to: EventBus, s3: S3AndSqs, buckets: string[]): void {
      bus = to;
      const missed = buckets
        .flatMap((bucket) => s3.objectsIn(bucket))
        .filter((object) => !published.has(markOf(object)));
      for (const object of missed.sort((a, b) => a.lastModified.getTime() - b.lastModified.getTime())) publish(object);
    },
    settled: () => queue,
  };
}

const markOf = ({ bucket, key, etag, lastModified }: CreatedObject): string =>
  JSON.stringify([bucket, key, etag, lastModified.toISOString()]);

/** When the object of a mark was written (ms since 1970); 0 for an incomplete mark, which a killed run may leave. */
const timeOf = (mark: string): number => Date.parse(/"([^"]+)"\]$/.exec(mark)?.[1] ?? '') || 0;

const created = ({ bucket, key, size, etag }: CreatedObject, at: number, sequence: number): BusEvent => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  // S3's events have whole seconds.
  time: new Date(Math.floor(at / 1000) * 1000).toISOString(),
  detail: {
    version: '0',
    bucket: { name: bucket },
    object: { key, size, etag, sequencer: sequence.toString(16).toUpperCase().padStart(16, '0') },
    reason: 'PutObject',
  },
});
