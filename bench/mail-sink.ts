import { createServer, type IncomingMessage } from 'node:http';
import { MailTag } from '../lambdas/contracts/mail-event.ts';
import { listen } from '../local/engine/listening.ts';

/** A mail that the sink accepted: its id, its recipient's address, and the tags that SES repeats in its events. */
export type AcceptedMail = { messageId: string; to: string; tags: Record<string, string> };

/** More than the fields before and after the message. */
const EDGE = 2_000;

/** An SES that accepts every mail immediately, and keeps what its events would tell. */
export async function startMailSink() {
  const accepted: AcceptedMail[] = [];
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method !== 'POST') {
      request.resume();
      response.end(JSON.stringify({ SendQuota: { MaxSendRate: 1e6 } }));
      return;
    }
    const sent = read(await edgesOf(request));
    const mail = { messageId: `m${accepted.length + 1}`, ...sent };
    accepted.push(mail);
    response.end(JSON.stringify({ MessageId: mail.messageId }));
  });
  return { ...(await listen(server, 0)), accepted, count: () => accepted.length };
}

/** The beginning and the end of a body: what is between them is the message. */
async function edgesOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return `${body.subarray(0, EDGE).toString()} ${body.subarray(-EDGE).toString()}`;
}

function read(edges: string): Omit<AcceptedMail, 'messageId'> {
  const [, to = ''] = /"ToAddresses":\["([^"]*)"\]/.exec(edges) ?? [];
  const tagOf = (name: string) => new RegExp(`"Name":"${name}","Value":"([^"]*)"`).exec(edges)?.[1] ?? '';
  if (to === '') throw new Error('Expected a recipient in the first or last part of a mail, found none.');
  return { to, tags: Object.fromEntries(Object.values(MailTag).map((name) => [name, tagOf(name)])) };
}
