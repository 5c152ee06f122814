import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { parseMailId } from '../contracts/ledger-record.ts';
import { fromTag, type MailEvent, MailTag } from '../contracts/mail-event.ts';
import { knownAtOf, type RevisionKey } from '../contracts/revision.ts';
import { SMOKE_SUBSCRIBER } from '../contracts/smoke-test.ts';
import type { Feedback } from './record-feedback.ts';

/** Logs and counts an event of SES. Of a smoke test only the delivery counts, with the seconds since the upload of its file. */
export function logFeedback(
  { time, detail: { mail } }: MailEvent,
  feedback: Feedback,
  { logger, metrics }: { logger: Pick<Logger, 'info' | 'warn'>; metrics: Pick<Metrics, 'addMetric'> },
): void {
  const [recipient] = mail.tags[MailTag.recipient];
  if (feedback !== 'MailsAccepted' && feedback !== 'MailsDelivered')
    logger.warn('mail not delivered', { feedback, recipient, messageId: mail.messageId });
  if (recipient !== SMOKE_SUBSCRIBER.subscriber) {
    metrics.addMetric(feedback, MetricUnit.Count, 1);
    return;
  }
  const id = mail.tags[MailTag.mail]?.[0];
  if (feedback !== 'MailsDelivered' || id === undefined) return;
  const { key } = parseMailId(fromTag(id));
  const seconds = (Date.parse(time) - Date.parse(knownAtOf(key as RevisionKey))) / 1000;
  logger.info('smoke test passed', { seconds });
  metrics.addMetric('SmokeTestSeconds', MetricUnit.Seconds, seconds);
}
