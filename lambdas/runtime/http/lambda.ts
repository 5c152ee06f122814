import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import type { Http } from './caller.ts';

/** Turns a Hono app into the handler of an HTTP API. It logs route and status, never the caller or the parameters. */
export function httpHandler(app: Hono<Http>, logger: Logger) {
  const answer = handle(app as never);
  return async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const started = Date.now();
    // gatewayApp dispatches by the matched route, not by the path.
    const { body, ...rest } = event;
    // Ignore the body of a GET and a HEAD.
    const hasBody = !['GET', 'HEAD'].includes(event.requestContext.http.method);
    const dispatched = { ...rest, rawPath: '/', ...(hasBody && { body }) };
    const result = (await answer(dispatched as never, context as never)) as APIGatewayProxyStructuredResultV2;
    logger.info('request answered', { route: event.routeKey, status: result.statusCode, ms: Date.now() - started });
    return result;
  };
}

/** Logs and counts an unexpected error. */
export const reportUnexpected =
  (logger: Logger, metrics: Metrics) =>
  (error: Error): void => {
    logger.error('request failed', { error });
    metrics.addMetric('RequestsFailed', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
