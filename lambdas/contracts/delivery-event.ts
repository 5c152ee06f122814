import * as z from 'zod';
import { type DeliveryRecord, drop } from './delivery-record.ts';

/** `dropped` is S3's own word. The others are orders of operators, in the same shape about the same object. */
export const DeliveryEventType = {
  dropped: 'Object Created',
  replayed: 'Delivery Replayed',
  revoked: 'Delivery Revoked',
} as const;

/** What is to become of one delivery, as EventBridge delivers it or an operator asks for it; only what ingest needs. */
export const deliveryEvent = z.object({
  'detail-type': z.enum(DeliveryEventType),
  /** When the object was created, by S3's clock, to the second; when the order was given. The same in every repeat. */
  time: z.iso.datetime().transform((time) => new Date(time).toISOString()),
  detail: z.object({
    /** Empty in an order about a file of which that was not kept (see canBeReplayed): to revoke does not read it. */
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().nonnegative(),
      etag: z.string().min(1),
      'version-id': z.string().optional(),
      /** Orders events of one key: hexadecimal, compared after padding to one length. Names the revision. */
      sequencer: z.string().regex(/^[0-9A-Fa-f]{1,64}$/),
    }),
    /** Of an order: the drop that it is about, which may be another than the file it names. */
    drop: drop.optional(),
  }),
});

export type DeliveryEvent = z.infer<typeof deliveryEvent>;

/** True where a file was dropped, false for an operator's order. */
export const isDrop = (event: DeliveryEvent): boolean => event['detail-type'] === DeliveryEventType.dropped;

/** Where the file is that an event names. */
export const objectOf = ({ detail: { bucket, object } }: DeliveryEvent): DeliveryRecord['object'] => ({
  bucket: bucket.name,
  key: object.key,
  etag: object.etag,
  size: object.size,
  ...(object['version-id'] && { versionId: object['version-id'] }),
});

/** The drop that an event is, or is an order about. */
export const dropOf = ({ time, detail }: DeliveryEvent): DeliveryRecord['drop'] =>
  detail.drop ?? { key: detail.object.key, droppedAt: time };

/** Orders two S3 sequencers of one key: negative where `a` came first. */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  // S3 documents padding on the right; hexadecimal case may differ.
  const [x, y] = [a, b].map((s) => s.toUpperCase().padEnd(length, '0')) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
}

/**
 * An operator's order about the revision of a delivery that they saw: the last one given is the one that stands.
 * @param time ISO instant
 */
export function orderAbout(
  { revision, droppedAt, drop, object: { bucket, versionId, ...object } }: DeliveryRecord,
  order: 'replayed' | 'revoked',
  time: string,
): DeliveryEvent {
  // An operator's clock may be behind: what was seen comes before the order all the same.
  const given = new Date(Math.max(Date.parse(time), Date.parse(droppedAt) + 1)).toISOString();
  const sequencer = `${revisionAfter(revision, given)}${order === 'revoked' ? 1 : 0}`;
  return {
    'detail-type': DeliveryEventType[order],
    time: given,
    detail: {
      bucket: { name: bucket },
      object: { ...object, ...(versionId && { 'version-id': versionId }), sequencer },
      drop,
    },
  };
}

/** S3's own sequencers have some 20 digits. */
const SEQUENCER_DIGITS = 32;
const TIME_DIGITS = 12;

const droppedRevision = (revision: string): string =>
  revision.slice(0, SEQUENCER_DIGITS).padEnd(SEQUENCER_DIGITS, '0').toUpperCase();

/** A revision that is no drop: behind the one it follows and orders given before, ahead of whatever is dropped later. */
function revisionAfter(revision: string, time: string): string {
  const orderedBefore = Number.parseInt(revision.slice(SEQUENCER_DIGITS, SEQUENCER_DIGITS + TIME_DIGITS) || '0', 16);
  const ordered = Math.max(Date.parse(time), orderedBefore + 1);
  return `${droppedRevision(revision)}${ordered.toString(16).toUpperCase().padStart(TIME_DIGITS, '0')}`;
}
