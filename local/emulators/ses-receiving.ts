import PostalMime from 'postal-mime';

/** SES begins every mail that it stores with this header. */
const BEGIN = /^Return-Path:/i;

/**
 * A mail as SES stores it. SES has checked who sent it: a mail that begins with SES's headers stays as it is, any other counts as sent by
 * the server of its author, and signed.
 * @param raw MIME
 * @throws Error if it has no author
 */
export async function asStored(raw: Uint8Array): Promise<Uint8Array> {
  if (BEGIN.test(Buffer.from(raw.subarray(0, 100)).toString('latin1'))) return raw;
  const { from } = await PostalMime.parse(raw);
  if (!from?.address)
    throw new Error('Expected a mail with a From header, found none. Is it a file in the format .eml?');
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const headers = [
    `Return-Path: <${from.address}>`,
    `Received: from ${domain} (${domain} [127.0.0.1]) by inbound-smtp.local with SMTP`,
    'X-SES-Spam-Verdict: PASS',
    'X-SES-Virus-Verdict: PASS',
    'Authentication-Results: amazonses.com;',
    ` spf=pass (spfCheck: domain of ${domain} designates 127.0.0.1 as permitted sender);`,
    ` dkim=pass header.i=@${domain};`,
    ` dmarc=pass header.from=${domain};`,
    'X-SES-RECEIPT: local',
  ];
  return Buffer.concat([Buffer.from(headers.map((line) => `${line}\r\n`).join('')), raw]);
}
