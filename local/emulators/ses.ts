import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Email } from 'aws-ses-v2-local/dist/store.js';
import { simpleParser } from 'mailparser';
import * as z from 'zod';
import { answerInbox } from '../app/inbox/inbox.ts';
import { readStateFile } from '../app/state-file.ts';
import { writeWhole } from '../app/write-whole.ts';
import { guarded } from '../engine/guard.ts';
import { type Listening, listening } from '../engine/listening.ts';

/** A mail as it is kept: the emulator's own form, with the tags it was sent with. */
export type KeptMail = Email & {
  tags: Record<string, string>;
  configurationSet: string;
  /** ISO instant; the emulator's own is to the second. */
  takenAt?: string;
};

const SEND_PATH = '/v2/email/outbound-emails';
/** More than are under way at once. */
const TOLD_AGAIN = 50;
/** An inbox is for looking at: older mails are forgotten. */
const MAX_MAILS = 1_000;

/** What GetAccount answers; the rate is that of a common production account. */
const ACCOUNT = {
  DedicatedIpAutoWarmupEnabled: false,
  Details: {
    AdditionalContactEmailAddresses: [],
    ContactLanguage: 'EN',
    MailType: 'TRANSACTIONAL',
    ReviewDetails: { CaseId: 'local', Status: 'GRANTED' },
    UseCaseDescription: 'local',
    WebsiteURL: 'http://127.0.0.1',
  },
  EnforcementStatus: 'HEALTHY',
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 1_000_000, MaxSendRate: 500, SentLast24Hours: 0 },
  SuppressionAttributes: { SuppressedReasons: [] },
};

/**
 * Starts SES on 127.0.0.1, with an inbox at its root, over a folder that keeps the mails.
 * @param onError told of mails that cannot be kept
 * @param onSent called for each mail taken, and at the start for the latest of the last run, since the word of
 * them may have been lost with it
 */
export async function startSes(
  port: number,
  folder: string,
  onSent: (mail: KeptMail) => void,
  onError: (error: unknown) => void,
): Promise<Listening> {
  const require = createRequire(import.meta.url);
  const { default: listen } = require('aws-ses-v2-local') as typeof import('aws-ses-v2-local');
  const { getStoreReadonly } =
    require('aws-ses-v2-local/dist/store') as typeof import('aws-ses-v2-local/dist/store.js');
  process.env['AWS_SES_ACCOUNT'] = JSON.stringify(ACCOUNT);
  const mails = keptMails(folder);
  // The store is the emulator's own array, so that its /store shows the kept mails too.
  Object.assign(getStoreReadonly(), { emails: mails });
  const server = guarded(await listen({ host: '127.0.0.1', port }));
  putInFront(server, (request, response) => {
    if (request.method !== 'POST' || request.url !== SEND_PATH) return answerInbox(mails, request, response);
    const keep = (mail: KeptMail) => {
      mails.push(mail);
      onSent(mail);
    };
    void takeMail(request, response, { keep, onError });
    return true;
  });
  for (const mail of mails.slice(-TOLD_AGAIN)) onSent(mail);
  return listening(server);
}

/** SES takes no more, and nothing else. */
const tag = z.string().regex(/^[\w-]{1,256}$/);

const sending = z.object({
  ConfigurationSetName: z.string().default(''),
  Destination: z.object({ ToAddresses: z.array(z.string()).default([]) }),
  EmailTags: z.array(z.object({ Name: tag, Value: tag })).default([]),
  Content: z.object({ Raw: z.object({ Data: z.base64() }) }),
});

/** SendEmail with raw content. The emulator's own forgets tags and headers, which SES's events are made of. */
async function takeMail(
  request: IncomingMessage,
  response: ServerResponse,
  { keep, onError }: { keep: (mail: KeptMail) => void; onError: (error: unknown) => void },
) {
  const answer = (status: number, body: object, type = '') => {
    response.writeHead(status, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) });
    response.end(JSON.stringify(body));
  };
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = sending.parse(JSON.parse(Buffer.concat(chunks).toString()));
    const mail = await simpleParser(Buffer.from(sent.Content.Raw.Data, 'base64'));
    const messageId = randomUUID();
    keep({
      messageId,
      from: mail.from?.text ?? '',
      replyTo: [],
      destination: { to: sent.Destination.ToAddresses, cc: [], bcc: [] },
      subject: mail.subject ?? '',
      body: { text: mail.text, html: mail.html || undefined },
      attachments: mail.attachments.map((a) => ({ ...a, content: a.content.toString('base64') })),
      headers: mail.headerLines.map(({ key, line }) => ({ name: key, value: line.slice(key.length + 1).trim() })),
      at: Math.floor(Date.now() / 1000),
      takenAt: new Date().toISOString(),
      tags: Object.fromEntries(sent.EmailTags.map(({ Name, Value }) => [Name, Value])),
      configurationSet: sent.ConfigurationSetName,
    });
    answer(200, { MessageId: messageId });
  } catch (error) {
    // What is wrong with the disk is nothing that the sender could mend.
    if (error instanceof Error && 'syscall' in error) onError(error);
    answer(400, { message: error instanceof Error ? error.message : String(error) }, 'BadRequestException');
  }
}

/** The mails of earlier runs, in an array that writes each new one to a file before it has it. */
function keptMails(folder: string): KeptMail[] {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  const mails = files.flatMap((name) =>
    readStateFile<KeptMail[]>(join(folder, name), (text) => [JSON.parse(text)], []),
  );
  let next = Number(files.at(-1)?.slice(0, 10) ?? 0) + 1;
  mails.push = (...more) => {
    for (const mail of more) {
      const name = `${String(next++).padStart(10, '0')}.json`;
      writeWhole(join(folder, name), JSON.stringify(mail));
      files.push(name);
      mails[mails.length] = mail;
      if (mails.length > MAX_MAILS) {
        mails.shift();
        rmSync(join(folder, files.shift() ?? ''), { force: true });
      }
    }
    return mails.length;
  };
  return mails;
}

/** Lets `mine` answer first; what it does not answer goes to the server's own listener. */
function putInFront(server: Server, mine: (request: IncomingMessage, response: ServerResponse) => boolean): void {
  const [theirs] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!mine(request, response)) theirs?.call(server, request, response);
  });
}
