import type { Hono } from 'hono';
import { meBody } from '../../contracts/api/me.ts';
import { callerOf, type Http } from '../../runtime/http/caller.ts';
import { jsonBody, parse } from '../../runtime/http/problem.ts';
import { ensureOwn, eraseOwn, meOf, readOwn } from '../own-record.ts';
import type { ApiPorts } from '../ports.ts';

/** The caller's own record. */
export function meRoutes(app: Hono<Http>, ports: ApiPorts): void {
  app.get('/me', async (context) => {
    const caller = callerOf(context);
    return context.json(meOf(caller, await readOwn(ports, caller)));
  });

  app.put('/me', async (context) => {
    const caller = callerOf(context);
    const change = parse(meBody, await jsonBody(context), 'body');
    await ensureOwn(ports, caller);
    await ports.subscribers.setPreferences(caller.subscriber, change, new Date(ports.now()).toISOString());
    return context.json(meOf(caller, await ports.subscribers.get(caller.subscriber)));
  });

  app.delete('/me', async (context) => {
    await eraseOwn(ports, callerOf(context));
    return context.body(null, 204);
  });
}
