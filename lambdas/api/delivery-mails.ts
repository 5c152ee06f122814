import { gunzipSync } from 'node:zlib';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { LedgerRecord } from '../contracts/ledger-record.ts';
import { changeList } from '../contracts/refreshed.ts';
import { revisionKey } from '../contracts/revision.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { concurrently } from '../runtime/concurrently.ts';
import { Problem } from '../runtime/http/problem.ts';
import type { ApiPorts } from './ports.ts';

const READS_AT_ONCE = 16;

/** What became of the digest of one subscriber. */
type Outcome = 'sent' | 'delivered' | 'bounced' | 'refused' | 'unconfirmed' | 'heldBack' | 'none';
type MailCounts = Record<Outcome, number> & { expected: number };

type Without = { subscriber: string; address: string; outcome: Outcome; why: string };

/**
 * What became of the digests of the applied revision of a delivery, for one page of subscribers.
 * @param after id of the last subscriber of the page before
 * @throws Problem if no revision is applied
 */
export async function deliveryMails(
  { subscribers, ledger, records }: Pick<ApiPorts, 'subscribers' | 'ledger' | 'records'>,
  { delivery, applied }: DeliveryRecord,
  { after, limit }: { after: string | undefined; limit: number },
) {
  if (!applied)
    throw new Problem(409, 'Not applied', `No revision of ${delivery} is applied: nobody was mailed about it.`);
  const bytes = await records.get(recordKeys(delivery, applied.revision).changes);
  if (!bytes)
    throw new Problem(404, 'No change list', `The change list of ${delivery} was removed from the records bucket.`);
  const changed = new Set(changeList.parse(JSON.parse(gunzipSync(bytes).toString())));
  const key = revisionKey({ delivery, ...applied });
  const page = await subscribers.scanPage({ scanSegment: 0, totalScanSegments: 1, after }, limit);
  const counts: MailCounts = {
    expected: 0,
    sent: 0,
    delivered: 0,
    bounced: 0,
    refused: 0,
    unconfirmed: 0,
    heldBack: 0,
    none: 0,
  };
  const without: Without[] = [];
  const waits: number[] = [];
  await concurrently(
    page.subscribers.filter((one) => concerns(one, changed)),
    READS_AT_ONCE,
    async (subscriber) => {
      const record = await ledger.get({ recipient: subscriber.subscriber, kind: 'digest', key });
      const { outcome, why } = record ? outcomeOf(record) : reasonOf(subscriber, applied.knownAt.slice(0, 10));
      counts.expected++;
      counts[outcome]++;
      // It was claimed a moment before it was sent.
      if (record?.state === 'sent')
        waits.push(Math.max(0, Date.parse(record.claimedAt) - Date.parse(applied.knownAt)) / 1000);
      if (why) without.push({ subscriber: subscriber.subscriber, address: masked(subscriber.address), outcome, why });
    },
  );
  return {
    counts,
    without: without.sort((a, b) => (a.subscriber < b.subscriber ? -1 : 1)),
    waits: waits.sort((a, b) => a - b),
    unreadable: page.broken,
    ...(page.after && { next: page.after }),
  };
}

const concerns = ({ tickers, alerts = {} }: Subscriber, changed: ReadonlySet<string>): boolean =>
  [...Object.keys(tickers), ...Object.values(alerts).map(({ ticker }) => ticker)].some((ticker) => changed.has(ticker));

/** `why`: empty for a mail that arrived, as far as SES has told. */
function outcomeOf({ state, bounce, deliveredAt, reason = '' }: LedgerRecord): { outcome: Outcome; why: string } {
  if (state === 'refused') return { outcome: 'refused', why: reason };
  if (state === 'claimed') return { outcome: 'unconfirmed', why: 'SES has not confirmed that it took the mail' };
  if (bounce && !(bounce.kind === 'soft' && deliveredAt)) return { outcome: 'bounced', why: bounce.detail };
  return { outcome: deliveredAt ? 'delivered' : 'sent', why: '' };
}

/** Why there is no record of a mail. */
function reasonOf(subscriber: Subscriber, date: string): { outcome: Outcome; why: string } {
  const { state, undeliverable, pausedUntil, preferences } = subscriber;
  const held =
    (state === 'pending' && 'has not confirmed the mailbox') ||
    (state === 'paused' && 'unsubscribed') ||
    (undeliverable && `stopped: ${undeliverable.why} on ${undeliverable.at.slice(0, 10)}`) ||
    (pausedUntil && pausedUntil >= date && `paused up to ${pausedUntil}`) ||
    (preferences.mails === 'weekly' && 'gets a mail on Saturday') ||
    (preferences.mails === 'alerts' && 'wants mail about alerts only');
  if (held) return { outcome: 'heldBack', why: held };
  return {
    outcome: 'none',
    why: 'not sent yet (if SES takes no mails, the log says why: mail not sent), followed later, or nothing new inside their chart windows',
  };
}

/** `a…@example.com`: enough to recognize a mailbox that one knows. */
const masked = (address: string): string => address.replace(/^(.).*(@.*)$/, '$1…$2');
