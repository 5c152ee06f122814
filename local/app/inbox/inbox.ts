import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Email } from 'aws-ses-v2-local/dist/store.js';
import { colourVariables } from '../../../lambdas/contracts/colours.ts';

const PAGE = readFileSync(join(import.meta.dirname, 'inbox.html'), 'utf8').replace('/* colours */', colourVariables());
/** A mail is foreign text: it may use inline images and styles only. */
const MAIL_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Answers requests of the inbox. @returns false for other requests */
export function answerInbox(mails: readonly Email[], request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET') return false;
  const pathname = (request.url ?? '/').replace(/\?.*/s, '');
  const [, kind, id = ''] = /^\/(mails|mail|text)(?:\/([\w-]+))?$/.exec(pathname) ?? [];
  const mail = mails.find(({ messageId }) => messageId === id);
  if (pathname === '/') answer(response, 'text/html', PAGE);
  else if (kind === 'mails') answer(response, 'application/json', JSON.stringify(mails.map(summary).reverse()));
  else if (kind && !mail) answer(response, 'text/plain', `There is no mail ${id} in this inbox.`, 404);
  else if (kind === 'mail' && mail?.body.html) answer(response, 'text/html', withPictures(mail));
  else if (mail) answer(response, 'text/plain', mail.body.text ?? '');
  else return false;
  return true;
}

const summary = ({ messageId, destination, subject, at, attachments }: Email) => ({
  id: messageId,
  to: destination.to.join(', '),
  subject,
  at,
  pictures: attachments.length,
});

/** The HTML part with its inline images as data URLs. Links open in a new tab. */
function withPictures({ body: { html = '' }, attachments }: Email): string {
  const outward = html.replace('<head>', '<head><base target="_blank">');
  return attachments.reduce((shown, attachment) => {
    const cid = 'cid' in attachment ? attachment.cid : undefined;
    return cid ? shown.replaceAll(`cid:${cid}`, `data:${attachment.contentType};base64,${attachment.content}`) : shown;
  }, outward);
}

function answer(response: ServerResponse, type: string, body: string, status = 200): void {
  const policy = body === PAGE ? {} : { 'content-security-policy': MAIL_POLICY };
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...policy });
  response.end(body);
}
