import type { Hono } from 'hono';
import { ZodError } from 'zod';
import type { Limit } from '../../adapters/limits-table.ts';
import { inviteBody } from '../../contracts/api/subscribers.ts';
import { DEFAULT_MAIL_THEME, DEFAULT_WINDOW } from '../../contracts/chart-options.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import { limitId, subscriberId } from '../../contracts/subscriber-id.ts';
import { callerOf, type Http } from '../../runtime/http/caller.ts';
import type { KnownTickers } from '../../runtime/http/known-tickers.ts';
import { takeOne } from '../../runtime/http/limit.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import { sendInvitation } from '../invitation.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

const HOUR = 3600;
const MAX_ID_CHARS = 64;
const INVITATIONS_AN_HOUR = 100;
const INVITATIONS_PER_MAILBOX_A_DAY = 3;

const STOPPED = { bounced: 'A mail to it bounced permanently.', complained: 'A mail to it was reported as spam.' };

/** Operators invite mailboxes. */
export function subscriberRoutes(app: Hono<Http>, ports: ApiPorts, settings: ApiSettings, known: KnownTickers): void {
  app.get('/subscribers/:id', async (context) => {
    const id = context.req.param('id');
    const found = id.length > MAX_ID_CHARS ? undefined : await ports.subscribers.get(id).catch(unreadable);
    if (!found) throw new Problem(404, 'Unknown subscriber', 'There is no subscriber with this id.');
    return context.json({ subscriber: found.subscriber, address: found.address });
  });

  app.post('/subscribers', async (context) => {
    const caller = callerOf(context);
    const { address, tickers } = parse(inviteBody, await jsonBody(context), 'body');
    const followed: Subscriber['tickers'] = {};
    const unknown: string[] = [];
    for (const { ticker, window = DEFAULT_WINDOW } of tickers) {
      const found = await known.find(ticker).catch(unlessKnown);
      if (found === undefined) unknown.push(ticker);
      else followed[found] = { window };
    }
    if (tickers.length > 0 && Object.keys(followed).length === 0)
      throw new Problem(404, 'Unknown tickers', `No applied delivery contains ${unknown.slice(0, 5).join(', ')}.`);
    const id = subscriberId(address);
    const take = (limit: Limit) => takeOne(ports.limits, limit, ports.now());
    await take({ key: `invites/${caller.subscriber}`, max: INVITATIONS_AN_HOUR, windowSeconds: HOUR });
    await take({ key: `invited/${limitId(address)}`, max: INVITATIONS_PER_MAILBOX_A_DAY, windowSeconds: 24 * HOUR });
    const invited: Subscriber = {
      subscriber: id,
      address,
      state: 'pending',
      tickers: followed,
      preferences: { theme: DEFAULT_MAIL_THEME },
    };
    // A subscriber who has confirmed, or whose mail is stopped, is not changed.
    const isNew = await ports.subscribers.invite(invited);
    if (isNew) await sendInvitation(ports, settings, invited);
    const current = (await ports.subscribers.get(id)) ?? invited;
    if (current.undeliverable)
      throw new Problem(
        409,
        'Mailbox stopped',
        `${STOPPED[current.undeliverable.why]} Its owner can sign in and resume.`,
      );
    return context.json({ subscriber: id, state: current.state, tickers: current.tickers, unknown }, 201);
  });
}

/** An item that was changed by hand. */
function unreadable(error: unknown): never {
  if (error instanceof ZodError) throw new Problem(409, 'Unreadable record', 'Read its item in the subscribers table.');
  throw error;
}

/** One unknown ticker does not refuse an invitation. */
function unlessKnown(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}
