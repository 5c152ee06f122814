import type { KeptMail } from '../emulators/ses.ts';
import type { BusEvent, EventBus } from './event-bus.ts';

/** Tells the event bus of every mail that SES takes, at least once, as SES does. */
export function mailEvents(onError: (error: unknown) => void) {
  const waiting: KeptMail[] = [];
  let bus: EventBus | undefined;
  let queue: Promise<void> = Promise.resolve();

  const tell = (mail: KeptMail): void => {
    queue = queue.then(() => bus?.(sent(mail))).catch(onError);
  };

  return {
    onSent: (mail: KeptMail) => (bus ? tell(mail) : void waiting.push(mail)),
    connect(to: EventBus): void {
      bus = to;
      for (const mail of waiting.splice(0)) tell(mail);
    },
    settled: () => queue,
  };
}

const sent = ({ messageId, destination, at, tags, configurationSet }: KeptMail): BusEvent => ({
  source: 'aws.ses',
  'detail-type': 'Email Sent',
  time: new Date(at * 1000).toISOString(),
  detail: {
    eventType: 'Send',
    mail: {
      messageId,
      destination: destination.to,
      tags: {
        'ses:configuration-set': [configurationSet],
        ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
      },
    },
    send: {},
  },
});
