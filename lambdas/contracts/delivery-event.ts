import * as z from 'zod';
import type { DeliveryRecord } from './delivery-record.ts';
import { objectCreated } from './object-created.ts';
import { fileVersion, upload } from './report.ts';
import { COMMANDS, type CommandName, commandRevision, parseRevision, type RevisionId } from './revision.ts';

type EventBase = {
  revision: RevisionId;
  /** The file to read. */
  file: DeliveryRecord['file'];
  /** The upload this revision came from or targets. */
  upload: DeliveryRecord['upload'];
  /** When the file was uploaded, by S3's clock, to the second; when the command was given (ISO instant). */
  at: string;
};

/** A vendor uploaded a file. */
type UploadEvent = EventBase & { kind: 'upload' };

/** An operator's instruction about the revision of a delivery that they saw. */
export type DeliveryCommand = EventBase & { kind: 'command'; command: CommandName };

/** What ingest handles: one message of the deliveries queue. */
export type DeliveryEvent = UploadEvent | DeliveryCommand;

const COMMAND_TYPE = 'Delivery Command';
const instant = z.iso.datetime().transform((time) => new Date(time).toISOString());

/** A command, in an envelope like EventBridge's. */
const commandMessage = z.object({
  'detail-type': z.literal(COMMAND_TYPE),
  time: instant,
  detail: z.object({ command: z.enum(COMMANDS), revision: z.string(), file: fileVersion, upload }),
});

/** Parses a message of the deliveries queue. */
export const deliveryEvent = z
  .discriminatedUnion('detail-type', [objectCreated, commandMessage])
  .transform((message): DeliveryEvent => {
    if (message['detail-type'] === COMMAND_TYPE) return { kind: 'command', at: message.time, ...message.detail };
    const { bucket, object } = message.detail;
    const { key, etag, size, sequencer, 'version-id': versionId } = object;
    return {
      kind: 'upload',
      at: message.time,
      revision: sequencer,
      file: { bucket: bucket.name, key, etag, size, ...(versionId && { versionId }) },
      upload: { key, droppedAt: message.time },
    };
  });

/** The queue message of a command: what `deliveryEvent` parses. */
export const messageOf = ({ at: time, kind: _kind, ...detail }: DeliveryCommand): z.input<typeof commandMessage> => ({
  'detail-type': COMMAND_TYPE,
  time,
  detail,
});

/**
 * A command about the revision of a delivery that the operator saw. Of several commands the last one given wins.
 * @param at when it is given (ISO instant); an operator's clock may be behind, so it is at least 1 ms after that revision
 */
export function commandFor(record: DeliveryRecord, command: CommandName, at: string): DeliveryCommand {
  const seen = command === 'release' && record.held ? { ...record, ...record.held } : record;
  const { sequencer, command: earlier } = parseRevision(seen.revision);
  const given = Math.max(Date.parse(at), Date.parse(seen.knownAt) + 1, (earlier?.at ?? 0) + 1);
  const time = new Date(given).toISOString();
  const revision = commandRevision(sequencer, time, command);
  return { kind: 'command', command, revision, file: seen.file, upload: seen.upload, at: time };
}
