import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { StoredMail } from '../contracts/mailed-files.ts';
import { describeProblem } from '../domain/vendor-file/bad-file.ts';
import type { Received } from './receive-mail.ts';

/** Logs and counts what became of a mail. Anybody can mail to the address: strangers ring no alarm. */
export function logReceived(
  { key: mail }: StoredMail,
  received: Received,
  { logger, metrics }: { logger: Pick<Logger, 'info' | 'warn'>; metrics: Pick<Metrics, 'addMetric'> },
): void {
  const count = (name: string) => metrics.addMetric(name, MetricUnit.Count, 1);
  if (received.status === 'gone') {
    logger.info('vendor mail is gone', { mail });
    return;
  }
  if (received.status === 'received') {
    const { feed, uploaded, overtaken, passedOver } = received;
    const others = { ...(overtaken.length > 0 && { overtaken }), ...(passedOver.length > 0 && { passedOver }) };
    logger.info('vendor mail received', { mail, feed, uploaded, ...others });
    count('MailsReceived');
    return;
  }
  const why = describeProblem(received.refused);
  if (received.feed === undefined) {
    logger.info('mail of a stranger', { mail, why });
    count('MailsOfStrangers');
    return;
  }
  logger.warn('vendor mail refused', { mail, feed: received.feed, why });
  count('MailsRefused');
}
