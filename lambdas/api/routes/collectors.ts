import { Cron } from 'croner';
import type { Hono } from 'hono';
import { type CollectorsView, newRun } from '../../contracts/api/collectors.ts';
import { type NewCollectRequest, PROVIDER_NAMES, type ProviderName, paceOf, runIdOf } from '../../contracts/collect.ts';
import type { PlannedCollector } from '../../contracts/collectors.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import type { ApiPorts } from '../ports.ts';

/** Runs of each provider that are shown. */
const RUNS = 10;

/** Operators see the runs of collectors, and start them. */
export function collectorRoutes(app: Hono<Http>, ports: ApiPorts, collectors: readonly PlannedCollector[]): void {
  const { runs, collect, now } = ports;

  app.get('/collectors', async (context) => {
    const at = new Date(now());
    const found = await Promise.all(PROVIDER_NAMES.map((provider) => runs.last(provider, RUNS)));
    const view: CollectorsView = {
      planned: collectors.map(({ schedule, perDay: _perDay, ...collector }) => ({
        ...collector,
        next: new Cron(schedule, { timezone: 'UTC' }).nextRun(at)?.toISOString() ?? '',
      })),
      quotas: await Promise.all(PROVIDER_NAMES.flatMap((provider) => quotaOf(provider, at) ?? [])),
      runs: found.flat().sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
    };
    return context.json(view);
  });

  app.post('/collectors/runs', async (context) => {
    const body = parse(newRun, await jsonBody(context), 'body');
    return context.json(await start(body), 202);
  });

  app.post('/collectors/:provider/runs/:run/again', async (context) => {
    const { provider, run } = context.req.param();
    const known = PROVIDER_NAMES.find((name) => name === provider);
    const request = known && (await runs.requestOf(known, run));
    if (!request) throw new Problem(404, 'Unknown run', 'There is no such run. GET /collectors lists them.');
    const { startedAt: _startedAt, ...same } = request;
    return context.json(await start(same), 202);
  });

  async function start(given: Omit<NewCollectRequest, 'at' | 'by'>) {
    const request = { ...given, at: new Date(now()).toISOString(), by: 'operator' as const };
    await collect.send(request);
    return { provider: given.provider, run: runIdOf(request) };
  }

  function quotaOf(provider: ProviderName, at: Date): Promise<CollectorsView['quotas'][number]> | undefined {
    const own = collectors.find((one) => one.provider === provider && one.perDay !== undefined);
    const { perDay } = paceOf(provider, own?.perDay === undefined ? {} : { perDay: own.perDay });
    if (perDay === undefined) return undefined;
    return runs
      .usedOn(provider, at.toISOString().slice(0, 10))
      .then((used) => ({ provider, left: Math.max(0, perDay - used), of: perDay }));
  }
}
