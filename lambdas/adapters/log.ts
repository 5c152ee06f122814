import { Logger } from '@aws-lambda-powertools/logger';
import { redact } from '../contracts/redact.ts';

/** The logger of every function. It removes addresses, tokens and keys from all texts, including error messages. */
export const appLogger = (options: { logLevel?: 'INFO' } = {}): Logger =>
  new Logger({ ...options, jsonReplacerFn: (_key, value) => (typeof value === 'string' ? redact(value) : value) });
