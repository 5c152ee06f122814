import MailComposer from 'nodemailer/lib/mail-composer';

export type MailContent = {
  /** Address of the sender. */
  sender: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** Inline pictures with their content ids. */
  pictures: { cid: string; filename: string; png: Buffer }[];
  unsubscribeUrl: string;
  date: Date;
  /** Unique to the mail: separates its MIME parts. */
  boundary: string;
};

/** Builds the raw MIME message: text and HTML alternatives, pictures related to the HTML. */
export function mimeMessage(mail: MailContent): Promise<Buffer> {
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
    attachments: mail.pictures.map(({ cid, filename, png }) => ({
      cid,
      filename,
      content: png,
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
  return composer.compile().build();
}
