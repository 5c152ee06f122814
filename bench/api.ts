import autocannon from 'autocannon';
import { Scope } from '../lambdas/contracts/scopes.ts';
import { functionsOf } from '../local/engine/functions.ts';
import { httpApi, startHttpApi } from '../local/engine/http-api.ts';
import { startTestIssuer } from '../test/support/issuer.ts';
import { tickerName } from './market-file.ts';
import type { Result } from './report.ts';
import type { Stage } from './stage.ts';
import { addSubscribers } from './subscribers.ts';

const SUBSCRIBERS = 10_000;
const TICKERS_EACH = 20;
const CONNECTIONS = 4;
const SECONDS = 8;

/**
 * Routes under load, through the local API Gateway (routes, token checks) and the real bundle. The baseline is a route that reads
 * nothing: the time of gateway, process and load generator.
 */
export async function benchApi(stage: Stage): Promise<Result[]> {
  await addSubscribers(stage, SUBSCRIBERS, (i) => ({
    address: `api-subscriber-${i}@example.com`,
    tickers: Array.from({ length: TICKERS_EACH }, (_, t) => tickerName((i * 7 + t * 13) % 1_000)),
  }));
  const issuer = await startTestIssuer();
  const api = await startHttpApi(0);
  const functions = functionsOf(
    stage.template,
    stage.resolve,
    { ...stage.endpoints, POWERTOOLS_LOG_LEVEL: 'ERROR' },
    { onLine: () => undefined, onCrash: () => undefined },
  );
  api.serve(httpApi(withIssuer(stage.template, issuer.url), stage.resolve, functions));
  try {
    const token = await issuer.token({
      email: 'api-subscriber-1@example.com',
      email_verified: true,
      scope: Object.values(Scope).join(' '),
    });
    const measure = (path: string) => load(`${api.url}${path}`, token);
    await measure('/openapi.json');
    const nothing = await measure('/openapi.json');
    const subscriptions = await measure('/subscriptions');
    const prices = await measure(`/tickers/${tickerName(7)}/prices?from=2018-12-31`);
    const page = await measure('/tickers?prefix=&limit=50');
    const rule = { ticker: tickerName(7), condition: { kind: 'average', direction: 'above', fast: 20, slow: 200 } };
    const preview = await load(`${api.url}/alerts/preview`, token, rule);
    return [
      result('GET /tickers of 50 tickers with their closes', page, nothing, 5),
      result(
        `GET /subscriptions, ${SUBSCRIBERS.toLocaleString('en-US')} subscribers of ${TICKERS_EACH} tickers, ${CONNECTIONS} at once`,
        subscriptions,
        nothing,
        12,
      ),
      result('GET /tickers/…/prices of 365 days', prices, nothing, 15),
      result('POST /alerts/preview of a year', preview, nothing, 30),
    ];
  } finally {
    await api.stop();
    await issuer.stop();
    for (const local of functions.values()) await local.stop();
  }
}

type Load = { p50: number; p99: number; perSecond: number };

async function load(url: string, token: string, body?: object): Promise<Load> {
  const found = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  const failed = found.non2xx + found.errors;
  if (failed > 0 || found['2xx'] === 0)
    throw new Error(`${url}: ${failed} of ${found.requests.total} requests failed.`);
  return { p50: found.latency.p50, p99: found.latency.p99, perSecond: found.requests.average };
}

const text = ({ p50, p99, perSecond }: Load): string => `p50 ${p50} ms, p99 ${p99} ms, ${Math.round(perSecond)}/s`;

/** @param atMost limit of the time per request, as a multiple of the baseline's */
const result = (what: string, found: Load, baseline: Load, atMost: number): Result => ({
  what,
  found: text(found),
  baseline: `a route that reads nothing: ${text(baseline)}`,
  ratio: baseline.perSecond / found.perSecond,
  target: { atMost },
});

/** The template with the address of the test's issuer. */
function withIssuer(template: Stage['template'], Issuer: string): Stage['template'] {
  const resources = Object.entries(template.resources).map(([logicalId, resource]) => {
    const isAuthorizer = resource.Type === 'AWS::ApiGatewayV2::Authorizer';
    const JwtConfiguration = { Issuer, Audience: ['closing-bell'] };
    return [
      logicalId,
      isAuthorizer ? { ...resource, Properties: { ...resource.Properties, JwtConfiguration } } : resource,
    ] as const;
  });
  return { ...template, resources: Object.fromEntries(resources) };
}
