import { gunzipSync } from 'node:zlib';
import type { Hono } from 'hono';
import type { Limit } from '../../adapters/limits-table.ts';
import { deliveriesQuery, inviteBody } from '../../contracts/api.ts';
import { orderAbout } from '../../contracts/delivery-event.ts';
import { canBeReplayed, type DeliveryRecord, saysNothing } from '../../contracts/delivery-record.ts';
import type { Report } from '../../contracts/report.ts';
import { countedAs, DEFAULT_WINDOW, type Subscriber, subscriberId } from '../../contracts/subscriber.ts';
import { isUndecided } from '../../domain/delivery/precedence.ts';
import { callerOf, type Http } from '../../runtime/http/caller.ts';
import type { KnownTickers } from '../../runtime/http/known-tickers.ts';
import { takeOne } from '../../runtime/http/limit.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import { sendInvitation } from '../invitation.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

const PAGE = 50;
/** A Lambda answers at most 6 MB. */
const MAX_QUARANTINE_BYTES = 5_000_000;
const HOUR = 3600;
const MAX_ID_CHARS = 500;
const INVITATIONS_AN_HOUR = 100;
const INVITATIONS_PER_MAILBOX_A_DAY = 3;

const STOPPED = { bounced: 'A mail to it bounced for good.', complained: 'A mail to it was called spam.' };

/** What operators see and do. */
export function operatorRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings, known: KnownTickers): void {
  app.get('/deliveries', async (context) => {
    const { after } = parse(deliveriesQuery, context.req.query(), 'query');
    const { records, broken } = await ports.deliveries.all();
    const all = records.sort((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1));
    const from = after === undefined ? 0 : all.findIndex((record) => sortKey(record) < after);
    const page = from === -1 ? [] : all.slice(from, from + PAGE);
    const last = page.at(-1);
    return context.json({
      deliveries: page.map((record) => summaryOf(record, ports.now())),
      ...(last && from + PAGE < all.length && { next: sortKey(last) }),
      ...(broken.length > 0 && { unreadable: broken }),
    });
  });

  app.get('/deliveries/:id', async (context) => {
    const record = await find(ports, context.req.param('id'));
    const report = await reportOf(ports, record);
    return context.json({ ...summaryOf(record, ports.now()), ...(report !== undefined && { report }) });
  });

  app.get('/deliveries/:id/quarantine', async (context) => {
    const record = await find(ports, context.req.param('id'));
    const report = await reportOf(ports, record);
    const key = report?.quarantine;
    const bytes = key && (await ports.records.get(key));
    if (!bytes) throw new Problem(404, 'No rejected rows', `${record.delivery} has no rejected rows.`);
    const csv = unpacked(bytes);
    if (!csv) throw new Problem(413, 'Too many rejected rows', `Fetch ${key} from the records bucket instead.`);
    return context.body(csv, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="quarantine.csv"',
    });
  });

  app.post('/deliveries/:id/revoke', async (context) => {
    const record = await find(ports, context.req.param('id'));
    if (saysNothing(record))
      throw new Problem(
        409,
        'Nothing to revoke',
        `${record.delivery} is ${record.state}: nothing of it is in the prices.`,
      );
    return context.json(await order(ports, record, 'revoked'), 202);
  });

  app.post('/deliveries/:id/replay', async (context) => {
    const record = await find(ports, context.req.param('id'));
    if (!canBeReplayed(record))
      throw new Problem(
        409,
        'Too old to replay',
        `Where the file of ${record.delivery} is was not kept. Drop it again.`,
      );
    return context.json(await order(ports, record, 'replayed'), 202);
  });

  app.post('/subscribers', async (context) => {
    const caller = callerOf(context);
    const { address, tickers } = parse(inviteBody, await jsonBody(context), 'body');
    const followed: Subscriber['tickers'] = {};
    for (const { ticker, window = DEFAULT_WINDOW } of tickers) followed[await known.find(ticker)] = { window };
    const id = subscriberId(address);
    const take = (limit: Limit) => takeOne(ports.limits, limit, ports.now());
    await take({ key: `invites/${caller.subscriber}`, max: INVITATIONS_AN_HOUR, windowSeconds: HOUR });
    await take({ key: `invited/${countedAs(address)}`, max: INVITATIONS_PER_MAILBOX_A_DAY, windowSeconds: 24 * HOUR });
    const invited: Subscriber = {
      subscriber: id,
      address,
      state: 'pending',
      tickers: followed,
      preferences: { theme: 'light' },
    };
    // Whoever has confirmed already decides for themselves.
    const isNew = await ports.subscribers.invite(invited);
    if (isNew) await sendInvitation(ports, settings, invited);
    const there = (await ports.subscribers.get(id)) ?? invited;
    if (there.undeliverable)
      throw new Problem(
        409,
        'Mailbox stopped',
        `${STOPPED[there.undeliverable.why]} Its owner can sign in and resume.`,
      );
    const { state, tickers: kept } = there;
    return context.json({ subscriber: id, state, tickers: kept }, 201);
  });
}

/** By drop time; the delivery makes it unique. */
const sortKey = ({ droppedAt, delivery }: DeliveryRecord): string => `${droppedAt}#${delivery}`;

const summaryOf = (record: DeliveryRecord, now: number) => {
  const { delivery, state, droppedAt, changedAt, counts, lease } = record;
  const underWay = lease !== undefined && lease.until > now;
  return {
    delivery,
    state,
    droppedAt,
    changedAt,
    ...(counts && { counts }),
    underWay,
    isGone: state === 'received' && !underWay && !isUndecided(record),
    inPrices: !saysNothing(record),
  };
};

async function find({ deliveries }: Pick<ApiPorts, 'deliveries'>, id: string): Promise<DeliveryRecord> {
  // Longer than any id: no table has such a key.
  const record = id.length <= MAX_ID_CHARS ? await deliveries.get(id) : undefined;
  if (!record)
    throw new Problem(404, 'Unknown delivery', 'There is no delivery with this id. GET /deliveries lists them.');
  return record;
}

/** Gives an order about what the caller saw: where a newer file comes first, it is overtaken and does nothing. */
async function order({ orders, now }: ApiPorts, record: DeliveryRecord, what: 'revoked' | 'replayed') {
  const event = orderAbout(record, what, new Date(now()).toISOString());
  await orders.send(event);
  return { delivery: record.delivery, revision: event.detail.object.sequencer };
}

async function reportOf(
  { records }: Pick<ApiPorts, 'records'>,
  { report }: DeliveryRecord,
): Promise<Report | undefined> {
  const bytes = report && (await records.get(report));
  return bytes ? (JSON.parse(Buffer.from(bytes).toString()) as Report) : undefined;
}

function unpacked(bytes: Uint8Array): string | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_QUARANTINE_BYTES }).toString();
  } catch {
    return undefined;
  }
}
