import MailComposer from 'nodemailer/lib/mail-composer';
import { type Base64Lines, base64Lines } from './picture.ts';

export type MailContent = {
  /** Address of the sender. */
  sender: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** Inline pictures with their content ids. */
  pictures: { cid: string; filename: string; lines: Base64Lines }[];
  unsubscribeUrl: string;
  date: Date;
  /** Unique to the mail: separates its MIME parts. */
  boundary: string;
};

/** Builds the raw MIME message: text and HTML alternatives, pictures related to the HTML. */
export async function mimeMessage(mail: MailContent): Promise<Buffer> {
  const pictures = mail.pictures.map((picture) => ({ ...picture, marker: `${mail.boundary} ${picture.cid}` }));
  const composer = new MailComposer({
    from: `Closing Bell <${mail.sender}>`,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    date: mail.date,
    baseBoundary: mail.boundary,
    // Mail servers may refuse bare line feeds.
    newline: 'windows',
    // Text of a vendor or user must not make the composer read a file or fetch a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
    attachments: pictures.map(({ cid, filename, marker }) => ({
      cid,
      filename,
      content: marker,
      contentType: 'image/png',
      contentDisposition: 'inline' as const,
    })),
    headers: {
      'List-Unsubscribe': { prepared: true, value: `<${mail.unsubscribeUrl}>` },
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': `Closing Bell digests <digests.${mail.sender.slice(mail.sender.lastIndexOf('@') + 1)}>`,
      // RFC 3834: mailboxes on vacation do not answer.
      'Auto-Submitted': 'auto-generated',
    },
  });
  return replaceMarkers(await composer.compile().build(), pictures);
}

/** Puts the pictures, which are encoded already, in the places of their markers. */
function replaceMarkers(message: Buffer, pictures: readonly { marker: string; lines: Base64Lines }[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { marker, lines } of pictures) {
    const place = base64Lines(Buffer.from(marker));
    const found = message.indexOf(place, at);
    if (found === -1) throw new Error(`Expected a place for the picture ${marker} in the mail, found none.`);
    parts.push(message.subarray(at, found), lines);
    at = found + place.length;
  }
  return Buffer.concat([...parts, message.subarray(at)]);
}
