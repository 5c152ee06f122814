import { randomInt, timingSafeEqual } from 'node:crypto';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { codeMail } from '../../lambdas/contracts/code-mail.ts';
import { clientFor } from '../engine/client-options.ts';

const CODE_LIFE_MS = 600_000;
const MAX_GUESSES = 5;
/** Codes within the life of a code, per mailbox and in total. */
const MAX_CODES = 5;
const MAX_CODES_IN_TOTAL = 100;
/** Of the MIME parts; in none of our texts. */
const BOUNDARY = 'parts-of-a-code';

export type CodeSettings = {
  /** Product name in the mail. */
  name: string;
  /** URL of the local SES. */
  ses: string;
  sender: string;
  /** Id of a mailbox for rate limits. */
  limitId: (address: string) => string;
};

type Pending = { address: string; code: string; until: number; guesses: number };

export type MailedCodes = ReturnType<typeof mailedCodes>;

/** Six-digit codes that prove access to a mailbox, one per sign-in. */
export function mailedCodes(settings: CodeSettings) {
  const pending = new Map<string, Pending>();
  let mailed: { to: string; at: number }[] = [];

  /** Counts mailed codes, not sign-ins: a sign-in may request many codes. */
  const isAllowed = (address: string): boolean => {
    const now = Date.now();
    const to = settings.limitId(address);
    mailed = mailed.filter(({ at }) => at > now - CODE_LIFE_MS);
    if (mailed.length >= MAX_CODES_IN_TOTAL || mailed.filter((one) => one.to === to).length >= MAX_CODES) return false;
    mailed.push({ to, at: now });
    return true;
  };

  return {
    /** Mails a code. @returns false if the limit is reached */
    async send(signIn: string, address: string): Promise<boolean> {
      if (!isAllowed(address)) return false;
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      pending.set(signIn, { address, code, until: Date.now() + CODE_LIFE_MS, guesses: 0 });
      await mailCode(settings, address, code);
      return true;
    },

    check(signIn: string, code: string): { status: 'expired' } | { status: 'right' | 'wrong'; address: string } {
      const waiting = pending.get(signIn);
      if (!waiting || waiting.until < Date.now() || waiting.guesses++ >= MAX_GUESSES) {
        pending.delete(signIn);
        return { status: 'expired' };
      }
      if (!isEqual(code, waiting.code)) return { status: 'wrong', address: waiting.address };
      pending.delete(signIn);
      return { status: 'right', address: waiting.address };
    },
  };
}

async function mailCode({ name, ses, sender }: CodeSettings, address: string, code: string): Promise<void> {
  const { subject, text, html } = codeMail(code);
  const parts = [
    ['text/plain', text],
    ['text/html', html],
  ] as const;
  const raw = [
    `From: ${name} <${sender}>`,
    `To: ${address}`,
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Auto-Submitted: auto-generated',
    `Content-Type: multipart/alternative; boundary=${BOUNDARY}`,
    '',
    ...parts.flatMap(([type, part]) => [`--${BOUNDARY}`, `Content-Type: ${type}; charset=utf-8`, '', part]),
    `--${BOUNDARY}--`,
  ].join('\r\n');
  const client = new SESv2Client(clientFor(ses));
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: sender,
      Destination: { ToAddresses: [address] },
      Content: { Raw: { Data: Buffer.from(raw) } },
    }),
  );
  client.destroy();
}

function isEqual(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
