import * as z from 'zod';
import type { LocalFunction } from './functions.ts';
import type { Resolve } from './intrinsics.ts';
import { resourcesOf, type Template } from './template.ts';
import type { Issuer } from './tokens.ts';

const route = z.object({
  RouteKey: z.string(),
  Target: z.string().startsWith('integrations/'),
  AuthorizationType: z.enum(['JWT', 'NONE']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
});
const integration = z.object({
  IntegrationUri: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  PayloadFormatVersion: z.literal('2.0'),
});
const authorizer = z.object({
  AuthorizerType: z.literal('JWT'),
  JwtConfiguration: z.object({ Issuer: z.url(), Audience: z.array(z.string()) }),
});
/** A route of an HTTP API: its function, and the tokens it requires. */
export type Route = {
  key: string;
  method: string;
  segments: string[];
  target: LocalFunction;
  tokens?: Issuer;
  scopes: string[];
};

/** The routes of a template. */
export function routesOf(template: Template, resolve: Resolve, functions: Map<string, LocalFunction>): Route[] {
  const byName = (type: string) =>
    new Map(
      resourcesOf(template, type).map(([logicalId, resource]) => [String(resolve({ Ref: logicalId })), resource]),
    );
  const [integrations, authorizers] = [
    byName('AWS::ApiGatewayV2::Integration'),
    byName('AWS::ApiGatewayV2::Authorizer'),
  ];
  return resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([logicalId, { Properties }]) => {
    const declared = route.parse(resolve(Properties));
    const { IntegrationUri } = integration.parse(integrations.get(declared.Target.split('/')[1] ?? '')?.Properties);
    const target = functions.get(IntegrationUri['Fn::GetAtt'][0]);
    if (!target) throw new Error(`${logicalId} targets ${IntegrationUri['Fn::GetAtt'][0]}, which is not a function.`);
    const [method = '', path = ''] = declared.RouteKey.split(' ');
    const guarded = declared.AuthorizationType === 'JWT' ? authorizers.get(declared.AuthorizerId ?? '') : undefined;
    const { JwtConfiguration } = guarded
      ? authorizer.parse(resolve(guarded.Properties))
      : { JwtConfiguration: undefined };
    return {
      key: declared.RouteKey,
      method,
      segments: path.split('/'),
      target,
      ...(JwtConfiguration && { tokens: { issuer: JwtConfiguration.Issuer, audience: JwtConfiguration.Audience } }),
      scopes: declared.AuthorizationScopes,
    };
  });
}

/**
 * Decodes a path as HTTP APIs do: once, completely, and before the route is matched, so that an encoded slash becomes a slash. It is not
 * normalized: `..` is a name.
 * @returns undefined if an escape is malformed
 */
export function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** `GET /{proxy+}`: every path that no other route matches. */
const isGreedy = ({ segments }: Route): boolean => segments.at(-1) === '{proxy+}';

export type Match = { route: Route; parameters: Record<string, string> };

/** The route of a path. A literal path segment matches better than a parameter, and that better than the route of all paths. */
export function match(routes: readonly Route[], method: string, path: string): Match | undefined {
  const asked = path.split('/');
  const isParameter = (segment: string) => segment.startsWith('{');
  const fitting = routes
    .filter((r) => r.method === method && r.segments.length === asked.length && !isGreedy(r))
    .filter((r) => r.segments.every((segment, i) => segment === asked[i] || (isParameter(segment) && asked[i] !== '')))
    .sort((a, b) => a.segments.filter(isParameter).length - b.segments.filter(isParameter).length);
  const route = fitting[0] ?? routes.find((r) => isGreedy(r) && r.method === method);
  if (!route) return undefined;
  if (isGreedy(route)) return { route, parameters: { proxy: asked.slice(1).join('/') } };
  const parameters = route.segments.flatMap((segment, i) =>
    isParameter(segment) ? [[segment.slice(1, -1), asked[i] ?? '']] : [],
  );
  return { route, parameters: Object.fromEntries(parameters) };
}
