import { appendFileSync } from 'node:fs';
import { readStateFile } from '../app/state-file.ts';
import type { BusEvent, EventBus } from '../engine/event-bus.ts';
import type { CreatedObject, S3AndSqs } from './s3-sqs.ts';

/**
 * Tells the event bus of every object, at least once, as S3 does: an object whose event was lost to a crash
 * is told of at the next start.
 * @param file remembers which objects have been told of
 */
export function objectEvents(file: string, onError: (error: unknown) => void) {
  const told = readStateFile(file, (text) => new Set(text.split('\n')), new Set<string>());
  // Also where the clock was set back: what is dropped later must not look older.
  let latest = [...told].reduce((time, mark) => Math.max(time, timeOf(mark)), 0);
  let lastSequence = latest * 1000;
  let bus: EventBus | undefined;
  let queue: Promise<void> = Promise.resolve();

  const tell = (object: CreatedObject): void => {
    queue = queue.then(async () => {
      latest = Math.max(latest, object.lastModified.getTime());
      lastSequence = Math.max(lastSequence + 1, latest * 1000);
      await bus?.(created(object, latest, lastSequence));
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

/** When the object of a mark was written (ms since 1970); a kill may have torn the last mark. */
const timeOf = (mark: string): number => Date.parse(/"([^"]+)"\]$/.exec(mark)?.[1] ?? '') || 0;

const created = ({ bucket, key, size, etag }: CreatedObject, at: number, sequence: number): BusEvent => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  time: new Date(at).toISOString(),
  detail: {
    version: '0',
    bucket: { name: bucket },
    object: { key, size, etag, sequencer: sequence.toString(16).toUpperCase().padStart(16, '0') },
    reason: 'PutObject',
  },
});
