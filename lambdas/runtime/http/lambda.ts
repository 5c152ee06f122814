import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import type { Http } from './caller.ts';

/** A Hono app as the handler of an HTTP API; logs the route and how it ended, never who asked or for what. */
export function httpHandler(app: Hono<Http>, logger: Logger) {
  const answer = handle(app as never);
  return async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const started = Date.now();
    // The path is not parsed again: gatewayApp dispatches by what the gateway has matched.
    const { body, ...rest } = event;
    // A GET has no body, whatever somebody sends with it.
    const dispatched = { ...rest, rawPath: '/', ...(event.requestContext.http.method !== 'GET' && { body }) };
    const result = (await answer(dispatched as never, context as never)) as APIGatewayProxyStructuredResultV2;
    logger.info('answered', { route: event.routeKey, status: result.statusCode, ms: Date.now() - started });
    return result;
  };
}

/** Tells the log and the alarm of a failure nobody foresaw. */
export const failureTeller =
  (logger: Logger, metrics: Metrics) =>
  (error: Error): void => {
    logger.error('request failed', { error });
    metrics.addMetric('RequestsFailed', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
