import { gunzipSync } from 'node:zlib';
import type { Hono } from 'hono';
import { reportOf } from '../../adapters/reports.ts';
import { type DeliveriesPage, deliveriesQuery, deliveryMailsQuery } from '../../contracts/api/deliveries.ts';
import { commandFor } from '../../contracts/delivery-event.ts';
import { type DeliveryRecord, mayHavePrices } from '../../contracts/delivery-record.ts';
import type { CommandName } from '../../contracts/revision.ts';
import { isInProgress } from '../../domain/delivery/precedence.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { Problem, parse } from '../../runtime/http/problem.ts';
import { deliveryMails } from '../delivery-mails.ts';
import type { ApiPorts } from '../ports.ts';

/** The answer of a Lambda function has at most 6 MB. */
const MAX_QUARANTINE_BYTES = 5_000_000;
const MAX_ID_CHARS = 500;

/** Operators see deliveries, revoke, replay and release them. */
export function deliveryRoutes(app: Hono<Http>, ports: ApiPorts): void {
  app.get('/deliveries', async (context) => {
    const { after, limit, search, state } = parse(deliveriesQuery, context.req.query(), 'query');
    const { records, broken } = await ports.deliveries.all();
    const wanted = search.toLowerCase();
    const found = records.filter(({ delivery }) => delivery.toLowerCase().includes(wanted));
    const all = found
      .filter((record) => !state || record.state === state)
      .sort((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1));
    const from = after === undefined ? 0 : all.findIndex((record) => sortKey(record) < after);
    const page = from === -1 ? [] : all.slice(from, from + limit);
    const last = page.at(-1);
    return context.json({
      deliveries: page.map((record) => summaryOf(record, ports.now())),
      states: countStates(found),
      ...(last && from + limit < all.length && { next: sortKey(last) }),
      ...(broken.length > 0 && { unreadable: broken }),
    });
  });

  app.get('/deliveries/:id', async (context) => {
    const record = await find(ports, context.req.param('id'));
    const found = await reportOf(ports.records, record);
    return context.json({ ...summaryOf(record, ports.now()), ...(found && { report: found }) });
  });

  app.get('/deliveries/:id/quarantine', async (context) => {
    const record = await find(ports, context.req.param('id'));
    const key = (await reportOf(ports.records, record))?.quarantine;
    const bytes = key && (await ports.records.get(key));
    if (!bytes) throw new Problem(404, 'No quarantined rows', `${record.delivery} has no quarantined rows.`);
    const csv = unpacked(bytes);
    if (!csv) throw new Problem(413, 'Too many quarantined rows', `Download ${key} from the records bucket instead.`);
    return context.body(csv, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="quarantine.csv"',
    });
  });

  app.get('/deliveries/:id/mails', async (context) => {
    const { after, limit } = parse(deliveryMailsQuery, context.req.query(), 'query');
    const record = await find(ports, context.req.param('id'));
    return context.json(await deliveryMails(ports, record, { after, limit }));
  });

  app.post('/deliveries/:id/revoke', async (context) => {
    const record = await find(ports, context.req.param('id'));
    const { delivery, state } = record;
    if (!mayHavePrices(record))
      throw new Problem(409, 'Nothing to revoke', `${delivery} is ${state}: no current price comes from it.`);
    return context.json(await send(ports, record, 'revoke'), 202);
  });

  app.post('/deliveries/:id/replay', async (context) => {
    const record = await find(ports, context.req.param('id'));
    return context.json(await send(ports, record, 'replay'), 202);
  });

  app.post('/deliveries/:id/release', async (context) => {
    const record = await find(ports, context.req.param('id'));
    const { delivery, state } = record;
    if (!record.held)
      throw new Problem(409, 'Nothing to release', `${delivery} is ${state}, and no revision of it is held.`);
    return context.json(await send(ports, record, 'release'), 202);
  });
}

/** Most recent last: by the last upload or command. The delivery makes it unique. */
const sortKey = ({ knownAt, delivery }: DeliveryRecord): string => `${knownAt}#${delivery}`;

function countStates(records: readonly DeliveryRecord[]): DeliveriesPage['states'] {
  const states = { received: 0, applied: 0, rejected: 0, held: 0, revoked: 0 };
  for (const { state } of records) states[state]++;
  return states;
}

const summaryOf = (record: DeliveryRecord, now: number) => {
  const { delivery, state, upload, changedAt, counts, lease } = record;
  const inProgress = lease !== undefined && lease.until > now;
  return {
    delivery,
    state,
    droppedAt: upload.droppedAt,
    changedAt,
    ...(counts && { counts }),
    inProgress,
    isGone: state === 'received' && !inProgress && !isInProgress(record),
    inPrices: mayHavePrices(record),
    isHeld: record.held !== undefined,
  };
};

async function find({ deliveries }: Pick<ApiPorts, 'deliveries'>, id: string): Promise<DeliveryRecord> {
  // DynamoDB rejects longer keys.
  const record = id.length <= MAX_ID_CHARS ? await deliveries.get(id) : undefined;
  if (!record)
    throw new Problem(404, 'Unknown delivery', 'There is no delivery with this id. GET /deliveries lists them.');
  return record;
}

/** Sends a command about the revision that the operator saw. If a newer file is applied first, the command is superseded. */
async function send({ commands, now }: ApiPorts, record: DeliveryRecord, name: CommandName) {
  const command = commandFor(record, name, new Date(now()).toISOString());
  await commands.send(command);
  return { delivery: record.delivery, revision: command.revision };
}

function unpacked(bytes: Uint8Array): string | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_QUARANTINE_BYTES }).toString();
  } catch {
    return undefined;
  }
}
