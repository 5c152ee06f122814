import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { JWTPayload } from 'jose';
import * as z from 'zod';
import type { LocalFunction } from './functions.ts';
import { decodedPath, type Match, match, routesOf } from './http-routes.ts';
import type { Resolve } from './intrinsics.ts';
import { type Listening, listen } from './listening.ts';
import { resourcesOf, type Template } from './template.ts';
import { allows, keySets, verified } from './tokens.ts';

const cors = z.object({
  AllowOrigins: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowHeaders: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  MaxAge: z.number().default(0),
});
const api = z.object({ CorsConfiguration: cors.optional() });
const answer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** Starts to listen before the template exists, since the template contains the address. Answers 503 until `serve`. */
export async function startHttpApi(port: number): Promise<Listening & { serve(handle: HttpHandler): void }> {
  let handle: HttpHandler | undefined;
  const server = createServer((request, response) => {
    if (handle) void handle(request, response);
    else response.writeHead(503).end();
  });
  return {
    // Pages may post forms without a referrer.
    ...(await listen(server, port, { allowsOpaqueOrigins: true })),
    serve: (next) => {
      handle = next;
    },
  };
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers the HTTP API of a template as API Gateway does: routes, authorizer, CORS rules. */
export function httpApi(template: Template, resolve: Resolve, functions: Map<string, LocalFunction>): HttpHandler {
  const [[, declared] = ['', undefined]] = resourcesOf(template, 'AWS::ApiGatewayV2::Api');
  const { CorsConfiguration } = api.parse(resolve(declared?.Properties ?? {}));
  const routes = routesOf(template, resolve, functions);
  const keysOf = keySets();

  const answerOf = async (request: IncomingMessage): Promise<Answer> => {
    const [rawPath = '/', query = ''] = splitOnce(request.url ?? '/', '?');
    const path = decodedPath(rawPath);
    if (path === undefined) return refusal(400, 'Bad Request');
    const found = match(routes, request.method ?? 'GET', path);
    if (!found) return refusal(404, 'Not Found');
    const { tokens, scopes, target } = found.route;
    const claims = tokens && (await verified(request, tokens, keysOf));
    if (tokens && !claims) return refusal(401, 'Unauthorized');
    if (claims && !allows(claims, scopes)) return refusal(403, 'Forbidden');
    return answer.parse(await target.invoke(eventOf(request, path, query, found, claims, await bodyOf(request))));
  };

  return async (request, response) => {
    const shared = CorsConfiguration ? corsHeaders(request, CorsConfiguration) : {};
    if (request.method === 'OPTIONS') return void response.writeHead(204, shared).end();
    // A crashed function has no valid answer; its log has the reason.
    const found = await answerOf(request).catch(() => refusal(500, 'Internal Server Error'));
    const setCookies = found.cookies.length > 0 ? { 'set-cookie': found.cookies } : {};
    response.writeHead(found.statusCode, { ...stringified(found.headers), ...setCookies, ...shared });
    response.end(found.isBase64Encoded ? Buffer.from(found.body, 'base64') : found.body);
  };
}

type Answer = z.infer<typeof answer>;

/** An answer of API Gateway itself. */
const refusal = (statusCode: number, message: string): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: JSON.stringify({ message }),
  isBase64Encoded: false,
});

function eventOf(
  request: IncomingMessage,
  path: string,
  query: string,
  { route, parameters }: Match,
  claims: JWTPayload | undefined,
  body: Body,
) {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(',')]),
  );
  const stringClaims =
    // API Gateway converts a list to the text `[a b]`.
    claims &&
    Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [
        name,
        Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
      ]),
    );
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString: query,
    headers,
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    pathParameters: parameters,
    requestContext: {
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      ...(stringClaims && { authorizer: { jwt: { claims: stringClaims, scopes: route.scopes } } }),
      domainName: '127.0.0.1',
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      timeEpoch: Date.now(),
    },
    ...body,
  };
}

type Body = { body: string; isBase64Encoded: boolean };

function splitOnce(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return place === -1 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)];
}

/** Like API Gateway: everything but text is in base64. */
async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const isText = /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded))/.test(
    request.headers['content-type'] ?? 'text/',
  );
  return isText
    ? { body: bytes.toString(), isBase64Encoded: false }
    : { body: bytes.toString('base64'), isBase64Encoded: true };
}

function corsHeaders({ headers }: IncomingMessage, rules: z.infer<typeof cors>): Record<string, string> {
  const { origin = '' } = headers;
  if (!rules.AllowOrigins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    vary: 'origin',
    'access-control-allow-methods': rules.AllowMethods.join(','),
    'access-control-allow-headers': rules.AllowHeaders.join(','),
    'access-control-expose-headers': rules.ExposeHeaders.join(','),
    'access-control-max-age': String(rules.MaxAge),
  };
}

const stringified = (headers: Record<string, string | number | boolean>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
