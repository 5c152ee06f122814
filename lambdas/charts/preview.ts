import { createHash } from 'node:crypto';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { MailTag } from '../contracts/mail-event.ts';
import { refreshedOf } from '../contracts/refreshed.ts';
import { revisionKey } from '../contracts/revision.ts';
import { limitId } from '../contracts/subscriber-id.ts';
import { type MailContent, mimeMessage } from '../domain/mail/mime.ts';
import { dataUrl } from '../domain/mail/picture.ts';
import { composeContent } from '../mailing/compose-digest.ts';
import { readFollowed } from '../mailing/read-followed.ts';
import { mailReader } from '../mailing/read-ticker-once.ts';
import { openSnapshot } from '../pricing/open-snapshot.ts';
import { takeOne } from '../runtime/http/limit.ts';
import { Problem } from '../runtime/http/problem.ts';
import type { ChartsPorts, ChartsSettings } from './ports.ts';

const MAILED_AN_HOUR = 5;
const SHOWN_AN_HOUR = 60;
const MAX_WAIT_MS = 15_000;

/**
 * Mails a subscriber a preview. Writes no ledger record: the next digest is sent as if there had been no preview.
 * @throws Problem if there is nothing to preview, they reached the limit, or SES did not confirm the mail
 */
export async function sendPreview(ports: ChartsPorts, settings: ChartsSettings, subscriberId: string): Promise<void> {
  const content = await previewOf(ports, settings, subscriberId, ['previews', MAILED_AN_HOUR]);
  const raw = await mimeMessage({ ...content, subject: `Preview: ${content.subject}` });
  const hasTurn = await ports.mailer.turn(ports.now() + MAX_WAIT_MS);
  const tags = { [MailTag.recipient]: subscriberId };
  const outcome = hasTurn ? await ports.mailer.send({ to: content.to, raw, tags }) : undefined;
  if (outcome?.status !== 'sent')
    throw new Problem(503, 'Mail service busy', 'The preview may not have been sent. Try again in a minute.');
}

/** The HTML of a preview with its pictures as data URLs. @throws Problem as sendPreview does */
export async function showPreview(ports: ChartsPorts, settings: ChartsSettings, subscriberId: string): Promise<string> {
  const { html, pictures } = await previewOf(ports, settings, subscriberId, ['previews-shown', SHOWN_AN_HOUR]);
  return pictures.reduce((shown, { cid, lines }) => shown.replaceAll(`cid:${cid}`, dataUrl(lines)), html);
}

/** The digest of the last delivery; if it did not change the subscriber's tickers, a digest of their current prices. */
async function previewOf(
  ports: ChartsPorts,
  settings: ChartsSettings,
  subscriberId: string,
  [limit, max]: [string, number],
): Promise<MailContent> {
  const subscriber = await ports.subscribers.get(subscriberId);
  if (!subscriber || Object.keys(subscriber.tickers).length === 0)
    throw new Problem(409, 'Nothing to show', 'Follow a ticker first.');
  await takeOne(
    ports.limits,
    { key: `${limit}/${limitId(subscriber.address)}`, max, windowSeconds: 3600 },
    ports.now(),
  );
  const last = lastApplied((await ports.deliveries.all()).records);
  if (!last?.applied) throw new Problem(409, 'Nothing to show', 'No delivery was applied yet.');
  const snapshot = await openSnapshot(ports, settings, refreshedOf({ delivery: last.delivery, ...last.applied }));
  const read = mailReader(snapshot, undefined);
  const tickers = { followed: subscriber.tickers, fired: [], alerted: [] };
  const followed = await readFollowed(read, tickers, undefined);
  const isConcerned = followed.some(({ hasChanged }) => hasChanged);
  return composeContent(
    snapshot,
    { ...settings, linkKeys: await ports.linkKeys() },
    {
      subscriber,
      followed: isConcerned ? followed : followed.map((ticker) => ({ ...ticker, hasChanged: true })),
      last: undefined,
      boundary: createHash('sha256').update(`${subscriberId} ${ports.now()}`).digest('base64url'),
      date: new Date(ports.now()),
    },
  );
}

/** The delivery whose applied revision is the newest; later rejected uploads of its name do not matter. */
const lastApplied = (records: readonly DeliveryRecord[]): DeliveryRecord | undefined =>
  records.filter(({ applied }) => applied).sort((a, b) => (appliedKey(a) < appliedKey(b) ? 1 : -1))[0];

const appliedKey = ({ delivery, applied }: DeliveryRecord): string =>
  applied ? revisionKey({ delivery, ...applied }) : '';
