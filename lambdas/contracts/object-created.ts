import * as z from 'zod';

/** S3's event for a new object, as EventBridge delivers it; only the fields that we need. */
export const objectCreated = z.object({
  'detail-type': z.literal('Object Created'),
  /** When the object was written, by S3's clock, to the second. */
  time: z.iso.datetime().transform((time) => new Date(time).toISOString()),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().nonnegative(),
      etag: z.string().min(1),
      'version-id': z.string().optional(),
      sequencer: z.string().regex(/^[0-9A-Fa-f]{1,32}$/),
    }),
  }),
});
