import { GetAccountCommand, type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { redact } from '../contracts/redact.ts';

export type RawMail = { to: string; raw: Uint8Array; tags: Record<string, string> };

/**
 * Outcome of a send. `refused`: SES will never accept this mail. `throttled`, `not-sent`: certainly not sent, a retry may succeed.
 * `unknown`: SES may have accepted it, so a retry could send it twice.
 */
export type SendOutcome =
  | { status: 'sent'; messageId: string }
  | { status: 'refused' | 'throttled' | 'not-sent' | 'unknown'; reason: string };

export type MailerOptions = {
  configurationSet: string;
  sender: string;
  /** How long SES may take to answer (ms). */
  timeoutMs: number;
  /** Share (0 to 1) of the account's rate: other senders may need the rest. */
  rateShare: number;
  sleep: (ms: number) => Promise<void>;
  now: () => number;
};

export type Mailer = ReturnType<typeof mailer>;

const THROTTLES = new Set(['TooManyRequestsException', 'ThrottlingException', 'LimitExceededException']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const MAX_GAP_MS = 5_000;

/**
 * BadRequestException about the recipient or the mail: a retry does not help. Any other BadRequestException is our own mistake, such as a
 * bad tag or configuration set: it is retried and alarms, and the mail is sent when the cause is gone.
 */
const ABOUT_THE_MAIL =
  /illegal address|missing final|missing domain|local address|domain (?:starts|ends|contains)|address is (?:not valid|invalid)|invalid (?:email )?address|address length|extra characters|message length|message is too long|recipient/i;
/** MessageRejected about an identity or the account: it is retried. Any other MessageRejected is about the mail: refused. */
const ABOUT_THE_ACCOUNT = /not verified|suspended|paused|sandbox|account/i;

/**
 * Sends raw mail within our share of the account's SES rate. It halves its rate when SES throttles, and recovers gradually.
 * @param client see sesClient
 */
export function mailer(
  client: SESv2Client,
  { configurationSet, sender, timeoutMs, rateShare, sleep, now }: MailerOptions,
) {
  let rate: Promise<number> | undefined;
  let gapMs = 0;
  let nextTurn = 0;
  let slowedAt = 0;

  /** Mails per second that are ours. */
  const ownRate = (): Promise<number> => {
    rate ??= readRate(client).then((all) => all * rateShare);
    rate.catch(() => {
      rate = undefined;
    });
    return rate;
  };

  return {
    /**
     * Waits until the next mail may be sent.
     * @param deadline ms since 1970
     * @param sharedBy number of invocations that share it
     * @returns false if that would be too late to send and record the mail before the deadline
     */
    async turn(deadline: number, sharedBy = 1): Promise<boolean> {
      gapMs = Math.max((1000 * sharedBy) / (await ownRate()), gapMs * 0.95);
      const mine = Math.max(now(), nextTurn);
      if (mine > deadline - timeoutMs) return false;
      nextTurn = mine + gapMs;
      const wait = mine - now();
      if (wait > 0) await sleep(wait);
      return true;
    },

    async send({ to, raw, tags }: RawMail): Promise<SendOutcome> {
      const outcome = await sendOnce(client, {
        FromEmailAddress: sender,
        Destination: { ToAddresses: [to] },
        ConfigurationSetName: configurationSet,
        EmailTags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
        Content: { Raw: { Data: raw } },
      });
      // Mails that were sent concurrently are throttled together. Slow down once, not once per mail.
      if (outcome.status === 'throttled' && now() >= slowedAt + gapMs) {
        gapMs = Math.min(Math.max(gapMs, 10) * 2, MAX_GAP_MS);
        slowedAt = now();
        nextTurn = Math.max(nextTurn, now() + gapMs);
      }
      return outcome;
    },
  };
}

async function readRate(client: SESv2Client): Promise<number> {
  const { SendQuota } = await client.send(new GetAccountCommand({}));
  // One per second, the sandbox's rate, if SES does not return one.
  return SendQuota?.MaxSendRate || 1;
}

async function sendOnce(
  client: SESv2Client,
  input: ConstructorParameters<typeof SendEmailCommand>[0],
): Promise<SendOutcome> {
  try {
    const { MessageId } = await client.send(new SendEmailCommand(input));
    return MessageId
      ? { status: 'sent', messageId: MessageId }
      : { status: 'unknown', reason: 'SES answered without a message id' };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    // SES's errors contain addresses.
    return { status: statusOf(failure), reason: redact(`${failure.name}: ${failure.message}`) };
  }
}

function statusOf(error: Error & { code?: unknown; $metadata?: { httpStatusCode?: number } }) {
  if (THROTTLES.has(error.name)) return 'throttled';
  if (error.name === 'MessageRejected') return ABOUT_THE_ACCOUNT.test(error.message) ? 'not-sent' : 'refused';
  if (error.name === 'BadRequestException') return ABOUT_THE_MAIL.test(error.message) ? 'refused' : 'not-sent';
  const status = error.$metadata?.httpStatusCode ?? 0;
  const isClientError = status >= 400 && status < 500;
  return isClientError || UNREACHABLE.has(String(error.code)) ? 'not-sent' : 'unknown';
}
