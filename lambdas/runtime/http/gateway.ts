import { Hono } from 'hono';
import * as z from 'zod';
import { type Route, routeKey } from '../../contracts/api/route.ts';
import { ROUTES } from '../../contracts/routes.ts';
import { scopesOf } from '../../contracts/scopes.ts';
import { firstCharacters } from '../../contracts/visible.ts';
import type { Http } from './caller.ts';
import { answerError, notFound, Problem } from './problem.ts';

/** The route that API Gateway matched. */
const matched = z.object({
  routeKey: z.string(),
  queryStringParameters: z.record(z.string(), z.unknown()).nullish(),
  pathParameters: z.record(z.string(), z.string()).nullish(),
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }).optional(),
  }),
});

/** Where the requests of the gateway's default route go. */
const UNKNOWN_ROUTE = '/unknown-route';

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
};

/**
 * A Hono app behind API Gateway. It dispatches by the route that the gateway matched and checked a scope for. The path is built from
 * the route's template and its parameters. Parsing the raw path again could select another route.
 * @param unexpected called with errors that are not a Problem
 */
export function gatewayApp(unexpected: (error: Error) => void): Hono<Http> {
  const app = new Hono<Http>({ getPath: (_request, options) => dispatchPath(options?.env?.event) });
  app.use(async (context, next) => {
    checkScope(context.env.event);
    checkQuery(context.env.event);
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    // Most answers contain personal data.
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store');
  });
  app.onError((error, context) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    return answerError(error, context, unexpected);
  });
  app.notFound(notFound);
  return app;
}

function routeOf(event: unknown): { route: Route | undefined; event: z.infer<typeof matched> | undefined } {
  const { data } = matched.safeParse(event);
  return { event: data, route: data && ROUTES.find((one) => routeKey(one) === data.routeKey) };
}

function dispatchPath(given: unknown): string {
  const { event, route } = routeOf(given);
  if (!route) return UNKNOWN_ROUTE;
  return route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    // A slash inside a parameter must stay encoded; Hono decodes it.
    return (event?.pathParameters?.[name] ?? '').replaceAll('/', '%2F');
  });
}

/** Checks the scope again, although API Gateway did. @throws Problem if the token lacks it */
function checkScope(given: unknown): void {
  const { event, route } = routeOf(given);
  if (!route?.scope) return;
  const claims = event?.requestContext.authorizer?.jwt.claims ?? {};
  if (!scopesOf(claims).includes(route.scope))
    throw new Problem(403, 'Not allowed', `Expected a token with the scope ${route.scope}.`);
}

/** Links from mails take any parameter: mail clients add their own. @throws Problem for a parameter that the route does not know */
function checkQuery(given: unknown): void {
  const { route, event } = routeOf(given);
  if (!route?.scope) return;
  const known = Object.keys(route.query?.shape ?? {});
  const [unknown] = Object.keys(event?.queryStringParameters ?? {}).filter((name) => !known.includes(name));
  if (unknown === undefined) return;
  const expected = known.length > 0 ? `Expected only ${known.join(', ')}` : 'Expected no query parameter';
  throw new Problem(400, 'Unknown query parameter', `${expected}, found ${firstCharacters(unknown, 64)}.`);
}
