import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import type { Http } from './caller.ts';

/** A Hono app as the handler of an HTTP API; logs the route and how it ended, never who asked or for what. */
export function httpHandler(app: Hono<Http>, logger: Logger) {
  const answer = handle(app as never);
  return async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const started = Date.now();
    const result = (await answer(event as never, context as never)) as APIGatewayProxyStructuredResultV2;
    logger.info('answered', { route: event.routeKey, status: result.statusCode, ms: Date.now() - started });
    return result;
  };
}
