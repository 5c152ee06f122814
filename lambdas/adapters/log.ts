import { Logger } from '@aws-lambda-powertools/logger';
import { redact } from '../contracts/redact.ts';

/** The logger of every function: whatever is foreign in a line, the messages of errors too, has no address, token or key. */
export const appLogger = (options: { logLevel?: 'INFO' } = {}): Logger =>
  new Logger({ ...options, jsonReplacerFn: (_key, value) => (typeof value === 'string' ? redact(value) : value) });
