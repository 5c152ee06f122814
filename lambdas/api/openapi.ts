import * as z from 'zod';
import { problem } from '../contracts/api/problem.ts';
import type { Route } from '../contracts/api/route.ts';
import { ROUTES } from '../contracts/routes.ts';
import { Scope } from '../contracts/scopes.ts';

/** Generates the OpenAPI 3.1 description from the list of routes. @param version of the API */
export function openApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Closing Bell',
      version,
      description:
        'Subscriptions, prices and deliveries. Encode a name with a slash twice in a path (BRK%252FB): API Gateway decodes the path once before it matches the route.',
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        token: {
          type: 'openIdConnect',
          openIdConnectUrl: '/.well-known/openid-configuration',
          description: `Access tokens with the scope ${Object.values(Scope).join(' or ')}`,
        },
      },
    },
  };
}

function operation({ summary, path, method, scope, query, body, answer, status = 200, type }: Route): object {
  const isEmpty = !answer && !type;
  const content = { [type ?? 'application/json']: answer ? { schema: schemaOf(answer, 'output') } : {} };
  return {
    summary,
    tags: [tagOf(path)],
    operationId: `${method.toLowerCase()}${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
    ...(scope ? { security: [{ token: [scope] }] } : { security: [] }),
    parameters: [...inPath(path), ...inQuery(query)],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      ...(isEmpty ? { 204: { description: 'Done' } } : { [status]: { description: summary, content } }),
      default: {
        description: 'An error',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

const TAGS: Record<string, string> = {
  tickers: 'Tickers and prices',
  deliveries: 'Deliveries',
  feeds: 'Feeds',
  uploads: 'Feeds',
  profile: 'Feeds',
  queues: 'Deliveries',
  collectors: 'Collectors',
  subscribers: 'Subscribers',
  alerts: 'Alerts',
  me: 'My mails',
  subscriptions: 'My mails',
  watchlist: 'My mails',
};

/** The heading of a route, by the first part of its path; the rest are links in mails, and the description itself. */
const tagOf = (path: string): string =>
  TAGS[path.split('/')[1] ?? ''] ?? (/^\/(?:docs|openapi|$)/.test(path) ? 'Description' : 'Links in mails');

const inPath = (path: string): object[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function inQuery(query: z.ZodObject | undefined): object[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>;
  return rest;
}
