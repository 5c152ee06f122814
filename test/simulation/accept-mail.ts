import { createHash } from 'node:crypto';
import type { RawMail } from '../../lambdas/adapters/mailer.ts';
import { fromTag, MailTag } from '../../lambdas/contracts/mail-event.ts';
import type { SentMail } from '../support/memory-world.ts';

/** SES accepts a mail and sends its events; mail to bounce@ bounces. @param time ISO instant */
export function acceptMail({ to, raw, tags }: RawMail, time: string): { sent: SentMail; events: unknown[] } {
  const id = fromTag(tags[MailTag.mail] ?? '');
  const messageId = createHash('sha256').update(`${to} ${id}`).digest('hex').slice(0, 16);
  const mail = {
    messageId,
    timestamp: time,
    tags: Object.fromEntries(Object.entries(tags).map(([name, tag]) => [name, [tag]])),
  };
  const outcome = to.startsWith('bounce@')
    ? { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: 'General' } }
    : { eventType: 'Delivery' };
  return {
    sent: { to, raw: Buffer.from(raw).toString(), messageId, mail: id },
    events: [{ eventType: 'Send' }, outcome].map((event) => ({ time, detail: { ...event, mail } })),
  };
}
