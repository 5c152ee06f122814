import type { Hono } from 'hono';
import { QUEUES } from '../../contracts/queue-names.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { Problem } from '../../runtime/http/problem.ts';
import type { ApiPorts } from '../ports.ts';

/** Operators see queues, and send dead letters back. */
export function queueRoutes(app: Hono<Http>, { queues }: Pick<ApiPorts, 'queues'>): void {
  app.get('/queues', async (context) => {
    const counted = queues.names.map(async (name) => ({
      name,
      holds: QUEUES[name].holds,
      ...(await queues.count(name)),
    }));
    return context.json({ queues: await Promise.all(counted) });
  });

  app.post('/queues/:queue/redrive', async (context) => {
    const asked = context.req.param('queue');
    const name = queues.names.find((one) => one === asked);
    if (!name) throw new Problem(404, 'Unknown queue', `Expected one of ${queues.names.join(', ')}.`);
    const reasons = await queues.redrive(name);
    return context.json({ sentBack: reasons.length, reasons });
  });
}
