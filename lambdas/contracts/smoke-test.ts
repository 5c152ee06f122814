import * as z from 'zod';
import { isDeliveryId, parseDeliveryId } from './delivery-id.ts';
import type { DeliveryRecord } from './delivery-record.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * The smoke test: a tiny file goes the way of every file, and one mail goes to a mailbox of SES's simulator. Its feed and its ticker are
 * reserved, and its subscriber is in no table, so that no list, metric and table of the lake has it.
 */
export const SMOKE_FEED = 'smoke';
export const SMOKE_TICKER = 'SMOKE TEST';

/** SES delivers to this address like to any other, also in the sandbox, and counts neither a bounce nor a complaint. */
export const SMOKE_SUBSCRIBER: Subscriber = {
  subscriber: 'smoke-test',
  address: 'success@simulator.amazonses.com',
  state: 'active',
  tickers: { [SMOKE_TICKER]: { window: 30 } },
  preferences: { theme: 'light' },
};

/** True for the id of a delivery of the smoke test. */
export const isSmokeTest = (delivery: string): boolean =>
  isDeliveryId(delivery) && parseDeliveryId(delivery).feed === SMOKE_FEED;

/**
 * What lists and the lake know of a delivery: nothing of a smoke test. Of a vendor's file in its folder the rejection is left, since
 * somebody misses that file.
 */
export function withoutSmokeTest(record: DeliveryRecord): DeliveryRecord | undefined {
  if (!isSmokeTest(record.delivery)) return record;
  const { applied: _ofTheTest, ...rejected } = record;
  return record.state === 'rejected' ? rejected : undefined;
}

export const SMOKE_TEST_DUE = 'Smoke Test Due';

export const smokeTestDue = z.object({
  'detail-type': z.literal(SMOKE_TEST_DUE),
  /** When it is due (ISO instant): it decides the content of the file, so that a repeated message changes nothing. */
  time: z.iso.datetime({ offset: true }),
});
export type SmokeTestDue = z.infer<typeof smokeTestDue>;

/** "Upload the file of the smoke test": a message for ingest. */
export const smokeTestMessage = (time: string): SmokeTestDue => ({ 'detail-type': SMOKE_TEST_DUE, time });
