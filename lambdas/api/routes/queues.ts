import type { Hono } from 'hono';
import { QUEUE_NAMES, QUEUES } from '../../contracts/queue-names.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { Problem } from '../../runtime/http/problem.ts';
import type { ApiPorts } from '../ports.ts';

/** Operators see queues, and send dead letters back. */
export function queueRoutes(app: Hono<Http>, { queues }: Pick<ApiPorts, 'queues'>): void {
  app.get('/queues', async (context) => {
    const counted = QUEUE_NAMES.map(async (name) => ({
      name,
      holds: QUEUES[name].holds,
      ...(await queues.count(name)),
    }));
    return context.json({ queues: await Promise.all(counted) });
  });

  app.post('/queues/:queue/redrive', async (context) => {
    const asked = context.req.param('queue');
    const name = QUEUE_NAMES.find((one) => one === asked);
    if (!name) throw new Problem(404, 'Unknown queue', `Expected one of ${QUEUE_NAMES.join(', ')}.`);
    const reasons = await queues.redrive(name);
    return context.json({ sentBack: reasons.length, reasons });
  });
}
