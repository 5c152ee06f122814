import * as z from 'zod';

/** "This revision of a delivery is in, these tickers changed": one message per segment of the subscribers. */
export const refreshed = z.object({
  delivery: z.string().min(1),
  /** S3 sequencer of the revision. */
  revision: z.string().min(1),
  /** When the vendor dropped it (ISO instant). */
  droppedAt: z.iso.datetime(),
  /** Key of the change list in the records bucket. */
  changes: z.string().min(1),
  segment: z.int().nonnegative(),
  segments: z.int().positive(),
  /** True where an earlier revision of the delivery was in: what changes is a correction. */
  replaces: z.boolean().optional(),
  /** True where an operator wants sent what SES refused by mistake. */
  resendRefused: z.boolean().optional(),
  /** Where an earlier message of this segment ran out of time: the last subscriber it has looked at. */
  after: z.string().optional(),
  /** The subscriber to end with, where another message has the rest of the segment. */
  until: z.string().optional(),
});

export type Refreshed = z.infer<typeof refreshed>;

/** ISO date of the drop: who pauses on it gets no digest of it, whenever that comes to be sent. */
export const dayOf = ({ droppedAt }: Refreshed): string => droppedAt.slice(0, 10);

/**
 * Tickers of which one revision says something else than what the table had of its delivery before. Whether that
 * changes an observation is for the fold to tell.
 */
export const changeList = z.array(z.string());
