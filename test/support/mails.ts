import type { MailSender } from '../../lambdas/contracts/mailed-files.ts';

export const SENDERS: readonly MailSender[] = [
  { from: 'prices@vendor.example', feed: 'mailed' },
  { from: 'files@other.example', feed: 'other' },
];

type Parts = {
  from?: string;
  /** Lines that SES writes above the mail; empty for a mail that SES did not store. */
  stamp?: readonly string[];
  /** Headers of the sender, below those of SES. */
  headers?: readonly string[];
  /** Attached files: name → content. */
  files?: Readonly<Record<string, string | Uint8Array>>;
};

/** The lines of SES for a mail that passed its checks. */
export const stamp = ({
  returnPath = '<prices@vendor.example>',
  results = ['spf=pass (spfCheck: x);', 'dkim=pass header.i=@vendor.example;', 'dmarc=none;'],
  virus = 'PASS',
}: {
  returnPath?: string;
  results?: readonly string[];
  virus?: string;
} = {}): string[] => [
  `Return-Path: ${returnPath}`,
  'Received: from mx.vendor.example (mx.vendor.example [192.0.2.1])',
  ' by inbound-smtp.us-east-1.amazonaws.com with SMTP id abc',
  ' for prices@files.example.com;',
  'X-SES-Spam-Verdict: PASS',
  `X-SES-Virus-Verdict: ${virus}`,
  'Received-SPF: pass (spfCheck: x) client-ip=192.0.2.1;',
  'Authentication-Results: amazonses.com;',
  ...results.map((line) => ` ${line}`),
  'X-SES-RECEIPT: AEFBQUFB',
  'X-SES-DKIM-SIGNATURE: a=rsa-sha256; b=abc',
];

/** A mail as SES stores it. */
export function aMail({
  from = 'Vendor <Prices@Vendor.Example>',
  stamp: own = stamp(),
  headers,
  files,
}: Parts): string {
  const parts = Object.entries(files ?? {}).flatMap(([name, content]) => [
    '--files',
    `Content-Type: text/csv; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
  ]);
  return [
    ...own,
    ...(headers ?? []),
    `From: ${from}`,
    'Subject: prices',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=files',
    '',
    '--files',
    'Content-Type: text/plain',
    '',
    'Attached.',
    ...parts,
    '--files--',
    '',
  ].join('\r\n');
}
