import { createHash } from 'node:crypto';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import { MailTag } from '../contracts/mail-event.ts';
import { countedAs } from '../contracts/subscriber.ts';
import { composeMail, holdingsOf } from '../mailing/compose-digest.ts';
import { openMarket } from '../pricing/price-snapshot.ts';
import { takeOne } from '../runtime/http/limit.ts';
import { Problem } from '../runtime/http/problem.ts';
import type { ChartsPorts, ChartsSettings } from './ports.ts';

const PREVIEWS_AN_HOUR = 5;
const TURN_MS = 15_000;

/**
 * Mails a subscriber what the last delivery would have sent; where it did not concern them, their tickers as they
 * stand. Leaves no trace in the ledger: the next digest comes as if there had been no preview.
 * @throws Problem where they follow nothing, ask too often, or the mail service is busy
 */
export async function sendPreview(ports: ChartsPorts, settings: ChartsSettings, subscriberId: string): Promise<void> {
  const subscriber = await ports.subscribers.get(subscriberId);
  if (!subscriber || Object.keys(subscriber.tickers).length === 0)
    throw new Problem(409, 'Nothing to show', 'Follow a ticker first.');
  await takeOne(
    ports.limits,
    { key: `previews/${countedAs(subscriber.address)}`, max: PREVIEWS_AN_HOUR, windowSeconds: 3600 },
    ports.now(),
  );
  const last = lastApplied((await ports.deliveries.all()).records);
  if (!last?.applied) throw new Problem(409, 'Nothing to show', 'The vendor has not delivered anything yet.');
  const { revision, droppedAt } = last.applied;
  const { changes } = recordKeys(last.delivery, revision);
  const message = { delivery: last.delivery, revision, droppedAt, changes, segment: 0, segments: 1 };
  const market = await openMarket(ports, settings, message);
  const holdings = await holdingsOf(market, subscriber.tickers, undefined);
  const linkKeys = await ports.linkKeys();
  const raw = await composeMail(
    market,
    { ...settings, linkKeys },
    {
      subscriber,
      holdings: holdings.some(({ hasChanged }) => hasChanged)
        ? holdings
        : holdings.map((holding) => ({ ...holding, hasChanged: true })),
      told: undefined,
      subjectPrefix: 'Preview: ',
      boundary: createHash('sha256').update(`${subscriberId} ${ports.now()}`).digest('base64url'),
      date: new Date(ports.now()),
    },
  );
  const hasTurn = await ports.mailer.turn(ports.now() + TURN_MS);
  const tags = { [MailTag.subscriber]: subscriberId };
  const outcome = hasTurn ? await ports.mailer.send({ to: subscriber.address, raw, tags }) : undefined;
  if (outcome?.status !== 'sent')
    throw new Problem(503, 'Mail service busy', 'The preview was not sent. Try again in a minute.');
}

/** The delivery applied last, whatever came of files dropped under its name since. */
const lastApplied = (records: readonly DeliveryRecord[]): DeliveryRecord | undefined =>
  records
    .filter(({ applied }) => applied)
    .sort((a, b) => ((a.applied?.droppedAt ?? '') < (b.applied?.droppedAt ?? '') ? 1 : -1))[0];
