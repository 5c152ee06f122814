import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { colourVariables } from '../../../lambdas/contracts/colours.ts';
import type { KeptMail, KeptMails } from '../../emulators/ses.ts';

const PAGE = readFileSync(join(import.meta.dirname, 'inbox.html'), 'utf8').replace('/* colours */', colourVariables());
/** A mail is foreign text: it may use inline images and styles only. */
const MAIL_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Answers requests of the inbox. @returns false for other requests */
export function answerInbox(kept: KeptMails, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET') return false;
  const pathname = (request.url ?? '/').replace(/\?.*/s, '');
  const [, kind, id = ''] = /^\/(mails|mail|text|headers|eml)(?:\/([\w-]+))?$/.exec(pathname) ?? [];
  if (pathname === '/') answer(response, 'text/html', PAGE);
  else if (kind === 'mails') answer(response, 'application/json', JSON.stringify(kept.mails.map(summary).reverse()));
  else if (kind) void answerMail(kept, kind, id, response);
  else return false;
  return true;
}

async function answerMail(kept: KeptMails, kind: string, id: string, response: ServerResponse): Promise<void> {
  const raw = kept.rawOf(id);
  if (!raw) return answer(response, 'text/plain', `There is no mail ${id} in this inbox.`, 404);
  if (kind === 'eml') {
    response.setHeader('content-disposition', `attachment; filename="${id}.eml"`);
    return answer(response, 'message/rfc822', raw);
  }
  const mail = await simpleParser(raw);
  if (kind === 'headers') return answer(response, 'text/plain', mail.headerLines.map(({ line }) => line).join('\n'));
  if (kind === 'mail' && mail.html) return answer(response, 'text/html', withPictures(mail));
  answer(response, 'text/plain', mail.text ?? '');
}

const summary = ({ messageId, destination, subject, at, attachments }: KeptMail) => ({
  id: messageId,
  to: destination.to.join(', '),
  subject,
  at,
  pictures: chartsIn(attachments),
});

/** A mail for both themes has two pictures of each chart. */
const chartsIn = (attachments: KeptMail['attachments']): number =>
  new Set(attachments.map((one) => ('cid' in one ? String(one.cid).replace(/-(?:light|dark)@/, '@') : one))).size;

/** The HTML part with its inline images as data URLs. Links open in a new tab. */
function withPictures({ html, attachments }: ParsedMail): string {
  const outward = String(html).replace('<head>', '<head><base target="_blank">');
  return attachments.reduce(
    (shown, { cid, contentType, content }) =>
      cid ? shown.replaceAll(`cid:${cid}`, `data:${contentType};base64,${content.toString('base64')}`) : shown,
    outward,
  );
}

function answer(response: ServerResponse, type: string, body: string | Buffer, status = 200): void {
  const policy = body === PAGE ? {} : { 'content-security-policy': MAIL_POLICY };
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...policy });
  response.end(body);
}
