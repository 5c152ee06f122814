import type * as z from 'zod';
import type { Scope } from '../scopes.ts';

type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

/** One route of the API. The CDK app adds these to the gateway; the OpenAPI description is generated from them. */
export type Route = {
  method: Method;
  /** With {parameters} as API Gateway and OpenAPI write them. */
  path: string;
  summary: string;
  /** Absent for links from mails, which carry a signed token, and for the description of the API. */
  scope?: (typeof Scope)[keyof typeof Scope];
  /** The function that answers: `charts` has the canvas. */
  handler: 'api' | 'charts';
  query?: z.ZodObject;
  body?: z.ZodType;
  answer?: z.ZodType;
  /** Status of a success, if it is not 200, or 204 for a route without an answer. */
  status?: 200 | 201 | 202;
  /** Media type of the answer, if it is not JSON. */
  type?: string;
};

/** `GET /tickers/{ticker}/prices`: API Gateway's name of a route. */
export const routeKey = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

/** A route with its twin for HEAD: mail scanners ask by HEAD whether a link works. */
export const withHead = (route: Route & { method: 'GET' }): readonly Route[] => [
  route,
  { ...route, method: 'HEAD', summary: `${route.summary}; without the body` },
];
