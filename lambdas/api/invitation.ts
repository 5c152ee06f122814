import { createHash } from 'node:crypto';
import { MailTag } from '../contracts/mail-event.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import { signLink } from '../domain/links/link-token.ts';
import { INVITATION_SUBJECT, invitationHtml, invitationText } from '../domain/mail/invitation.tsx';
import { mimeMessage } from '../domain/mail/mime.ts';
import { Problem } from '../runtime/http/problem.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';

const MAX_WAIT_MS = 15_000;

/** Mails an invitation with a link to confirm. @throws Problem if SES does not accept the mail */
export async function sendInvitation(
  { mailer, linkKeys, now }: Pick<ApiPorts, 'mailer' | 'linkKeys' | 'now'>,
  { sender, apiUrl }: ApiSettings,
  { subscriber, address, tickers }: Subscriber,
): Promise<void> {
  const keys = await linkKeys();
  const linkTo = (purpose: 'confirm' | 'unsubscribe') =>
    `${apiUrl}/${purpose}?token=${signLink(keys, purpose, subscriber)}`;
  const names = Object.keys(tickers);
  const raw = await mimeMessage({
    sender,
    to: address,
    subject: INVITATION_SUBJECT,
    html: invitationHtml(names, linkTo('confirm')),
    text: invitationText(names, linkTo('confirm')),
    pictures: [],
    unsubscribeUrl: linkTo('unsubscribe'),
    date: new Date(now()),
    boundary: createHash('sha256').update(`${subscriber} ${now()}`).digest('base64url'),
  });
  const hasTurn = await mailer.turn(now() + MAX_WAIT_MS);
  const outcome = hasTurn
    ? await mailer.send({ to: address, raw, tags: { [MailTag.recipient]: subscriber } })
    : { status: 'throttled' as const };
  if (outcome.status === 'refused')
    throw new Problem(409, 'Mailbox refused', 'The mail service refuses to send to this mailbox.');
  if (outcome.status !== 'sent')
    throw new Problem(
      503,
      'Mail service busy',
      'The invitation was stored, but its mail may not have been sent. Invite again in a minute.',
    );
}
