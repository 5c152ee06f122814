import { Metrics } from '@aws-lambda-powertools/metrics';
import { appLogger } from '../adapters/log.ts';
import { environment } from '../contracts/environment.ts';
import { httpHandler, reportUnexpected } from '../runtime/http/lambda.ts';
import { apiApp } from './app.ts';
import { apiServices } from './services.ts';

const logger = appLogger();
const unexpected = reportUnexpected(logger, new Metrics());
const { ports, settings } = apiServices(environment(process.env), unexpected);

export const handler = httpHandler(apiApp(ports, settings), logger);
