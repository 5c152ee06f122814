import * as z from 'zod';
import { recordKeys } from './keys.ts';
import type { Revision } from './revision.ts';
import { isSmokeTest, SMOKE_SUBSCRIBER } from './smoke-test.ts';

/**
 * "This revision was applied, these tickers changed." Ingest publishes one message per revision; fan-out splits it into one per
 * scan segment, and hands the rest of a scan segment over to another message when its time runs out.
 */
export const refreshed = z.object({
  delivery: z.string().min(1),
  revision: z.string().min(1),
  /** See DeliveryRecord. */
  knownAt: z.iso.datetime(),
  /** Key of the change list in the records bucket. */
  changes: z.string().min(1),
  /** True if the revision replaced an earlier applied one: its changes are corrections. */
  replaces: z.boolean().optional(),
  /** True to send the digests that SES had refused (`npm run redrive -- --refused`). */
  resendRefused: z.boolean().optional(),
  /** Of the weekly digests: the week, and the Saturday (ISO date) after it. It is about no revision. */
  weekly: z.object({ week: z.string(), saturday: z.iso.date() }).optional(),
  /** Of a smoke test: its subscriber, so that nobody else is scanned. */
  only: z.literal(SMOKE_SUBSCRIBER.subscriber).optional(),
  /** How many messages of fan-out to itself came before this one. */
  hop: z.int().nonnegative().default(0),
  /** The subscribers this message is for; absent until fan-out has split it. */
  scan: z
    .object({
      scanSegment: z.int().nonnegative(),
      totalScanSegments: z.int().positive(),
      /** Id of the last subscriber that an earlier message visited. */
      after: z.string().optional(),
      /** Id of the last subscriber to visit; another message has the rest of the scan segment. */
      until: z.string().optional(),
    })
    .optional(),
});

export type Refreshed = z.infer<typeof refreshed>;

/** The message that a revision was applied, before fan-out splits it. */
export const refreshedOf = ({
  delivery,
  revision,
  knownAt,
  replaces,
}: Revision & { replaces?: boolean | undefined }): Refreshed => ({
  delivery,
  revision,
  knownAt,
  changes: recordKeys(delivery, revision).changes,
  hop: 0,
  ...(replaces && { replaces }),
  ...(isSmokeTest(delivery) && { only: SMOKE_SUBSCRIBER.subscriber }),
});

/** The subscribers a message is for. */
export type Scan = NonNullable<Refreshed['scan']>;

/** ISO date on which the revision became known: a subscriber whose pause includes that date gets no digest of it, even if it is sent later. */
export const dateOf = ({ knownAt }: Refreshed): string => knownAt.slice(0, 10);

/** Tickers whose segments a revision changed. Their prices may still be equal: only the fold shows that. */
export const changeList = z.array(z.string());
