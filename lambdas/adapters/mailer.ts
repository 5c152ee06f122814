import { GetAccountCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { redact } from '../contracts/redact.ts';

export type RawMail = { to: string; raw: Uint8Array; tags: Record<string, string> };

/**
 * What became of a mail. `refused`: never to be taken. `throttled`, `not-sent`: certainly not taken, later it may
 * be. `unknown`: SES may or may not have taken it, so nobody may send it again unasked.
 */
export type SendOutcome =
  | { status: 'sent'; messageId: string }
  | { status: 'refused' | 'throttled' | 'not-sent' | 'unknown'; reason: string };

export type MailerOptions = {
  configurationSet: string;
  sender: string;
  /** How many invocations share the account's rate. */
  sharedBy: number;
  /** How long SES may take to answer (ms). */
  timeoutMs: number;
  sleep: (ms: number) => Promise<void>;
  now: () => number;
};

export type Mailer = ReturnType<typeof mailer>;

const THROTTLES = new Set(['TooManyRequestsException', 'ThrottlingException', 'LimitExceededException']);
const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const MAX_GAP_MS = 5_000;

/**
 * What SES says of a recipient or of one mail, which no retry mends. Anything else is taken for our own fault, like a
 * tag or a configuration set: it is tried again, rings an alarm, and is sent once the fault is mended.
 */
const ABOUT_THE_MAIL =
  /illegal address|missing final|missing domain|local address|domain (?:starts|ends|contains)|address is (?:not valid|invalid)|invalid (?:email )?address|address length|extra characters|message length|message is too long|recipient/i;
/** Said of an identity or of the account, in words that name the address too. */
const ABOUT_THE_ACCOUNT = /not verified|suspended|paused|sandbox|account/i;

/** The client that mails are sent with. It must not retry by itself: a retry after a lost answer would be a second mail. */
export const sesClient = (timeoutMs: number): SESv2Client =>
  new SESv2Client({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });

/**
 * Sends raw mail under the account's rate: the share of it that falls to one of `sharedBy` invocations.
 * Halves its pace when SES throttles all the same, and comes back to it bit by bit.
 * @param client see sesClient
 */
export function mailer(
  client: SESv2Client,
  { configurationSet, sender, sharedBy, timeoutMs, sleep, now }: MailerOptions,
) {
  let fairGapMs: Promise<number> | undefined;
  let gapMs = 0;
  let nextTurn = 0;
  let slowedAt = 0;

  const fairGap = (): Promise<number> => {
    fairGapMs ??= readGap(client, sharedBy);
    fairGapMs.catch(() => {
      fairGapMs = undefined;
    });
    return fairGapMs;
  };

  return {
    /**
     * Waits until another mail may be sent.
     * @param deadline ms since 1970
     * @returns false where the turn would come too late
     */
    async turn(deadline: number): Promise<boolean> {
      gapMs = Math.max(await fairGap(), gapMs * 0.95);
      const mine = Math.max(now(), nextTurn);
      // Not so close before the deadline that the mail could not be sent and recorded.
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
      // Those that were under way together are throttled together: that is one reason to slow down, not eight.
      if (outcome.status === 'throttled' && now() >= slowedAt + gapMs) {
        gapMs = Math.min(Math.max(gapMs, 10) * 2, MAX_GAP_MS);
        slowedAt = now();
        nextTurn = Math.max(nextTurn, now() + gapMs);
      }
      return outcome;
    },
  };
}

async function readGap(client: SESv2Client, sharedBy: number): Promise<number> {
  const { SendQuota } = await client.send(new GetAccountCommand({}));
  // The sandbox's rate, the lowest there is, where SES does not say.
  return (1000 * sharedBy) / (SendQuota?.MaxSendRate || 1);
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
    // SES names addresses in its reasons.
    return { status: statusOf(failure), reason: redact(`${failure.name}: ${failure.message}`) };
  }
}

function statusOf(error: Error & { code?: unknown; $metadata?: { httpStatusCode?: number } }) {
  if (THROTTLES.has(error.name)) return 'throttled';
  if (error.name === 'MessageRejected') return ABOUT_THE_ACCOUNT.test(error.message) ? 'not-sent' : 'refused';
  if (error.name === 'BadRequestException') return ABOUT_THE_MAIL.test(error.message) ? 'refused' : 'not-sent';
  const status = error.$metadata?.httpStatusCode ?? 0;
  const isOurs = status >= 400 && status < 500;
  return isOurs || UNREACHED.has(String(error.code)) ? 'not-sent' : 'unknown';
}
