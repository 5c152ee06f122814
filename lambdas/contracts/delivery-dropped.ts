import * as z from 'zod';

/** S3 "Object Created" as EventBridge delivers it; only what ingest needs. */
export const deliveryDropped = z.object({
  /** When the object was created, by S3's clock, to the second. The same in every repeat of the event. */
  time: z.iso.datetime().transform((time) => new Date(time).toISOString()),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().nonnegative(),
      etag: z.string().min(1),
      'version-id': z.string().optional(),
      /** Orders events of one key: hexadecimal, compared after padding to one length. */
      sequencer: z.string().regex(/^[0-9A-Fa-f]+$/),
    }),
  }),
});

export type DeliveryDropped = z.infer<typeof deliveryDropped>;

/** Orders two S3 sequencers of one key: negative where `a` came first. */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  // S3 documents padding on the right; hexadecimal case may differ.
  const [x, y] = [a, b].map((s) => s.toUpperCase().padEnd(length, '0')) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
}
