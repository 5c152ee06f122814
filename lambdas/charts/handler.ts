import { Metrics } from '@aws-lambda-powertools/metrics';
import { appLogger } from '../adapters/log.ts';
import { environment } from '../contracts/environment.ts';
import { httpHandler, reportUnexpected } from '../runtime/http/lambda.ts';
import { chartsApp } from './app.ts';
import { chartsServices } from './services.ts';

const logger = appLogger();
const unexpected = reportUnexpected(logger, new Metrics());
const { ports, settings } = chartsServices(environment(process.env), logger, unexpected);

export const handler = httpHandler(chartsApp(ports, settings), logger);
