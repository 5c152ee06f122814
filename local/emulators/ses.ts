import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Email } from 'aws-ses-v2-local/dist/store.js';
import { simpleParser } from 'mailparser';
import * as z from 'zod';
import { guarded } from '../engine/guard.ts';
import { type Listening, listening } from '../engine/listening.ts';
import { readStateFile } from './state-file.ts';
import { writeWhole } from './write-whole.ts';

/** A mail as it is kept: the emulator's own form, with the tags it was sent with. */
export type KeptMail = Email & {
  tags: Record<string, string>;
  configurationSet: string;
  /** ISO instant; the emulator's own time has seconds only. */
  acceptedAt?: string;
};

const SEND_PATH = '/v2/email/outbound-emails';
/** Number of the latest mails whose events are sent again at the start: more than can be in progress at once. */
const REPEATED_EVENTS = 50;
/** Older mails are deleted from the inbox. */
const MAX_MAILS = 1_000;

/** Answer of GetAccount, with the rate of a common production account. */
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
 * Starts SES on 127.0.0.1.
 * @param folder keeps the mails
 * @param answerInbox answers other requests, like those of an inbox; false if it does not
 * @param onSent called for each accepted mail, and at the start for the latest mails of the last run, whose events may be lost
 * @param onError called for mails that cannot be stored
 */
export async function startSes(
  port: number,
  folder: string,
  answerInbox: (mails: readonly Email[], request: IncomingMessage, response: ServerResponse) => boolean,
  onSent: (mail: KeptMail) => void,
  onError: (error: unknown) => void,
): Promise<Listening> {
  const require = createRequire(import.meta.url);
  const { default: listen } = require('aws-ses-v2-local') as typeof import('aws-ses-v2-local');
  const { getStoreReadonly } =
    require('aws-ses-v2-local/dist/store') as typeof import('aws-ses-v2-local/dist/store.js');
  process.env['AWS_SES_ACCOUNT'] = JSON.stringify(ACCOUNT);
  const mails = keptMails(folder);
  // Replaces the emulator's own array, so that its /store lists the stored mails too.
  Object.assign(getStoreReadonly(), { emails: mails });
  const server = guarded(await listen({ host: '127.0.0.1', port }));
  putInFront(server, (request, response) => {
    if (request.method !== 'POST' || request.url !== SEND_PATH) return answerInbox(mails, request, response);
    const keep = (mail: KeptMail) => {
      mails.push(mail);
      onSent(mail);
    };
    void acceptMail(request, response, { keep, onError });
    return true;
  });
  for (const mail of mails.slice(-REPEATED_EVENTS)) onSent(mail);
  return listening(server);
}

/** Limits of SES for names and values of tags. */
const tag = z.string().regex(/^[\w-]{1,256}$/);

const sending = z.object({
  ConfigurationSetName: z.string().default(''),
  Destination: z.object({ ToAddresses: z.array(z.string()).default([]) }),
  EmailTags: z.array(z.object({ Name: tag, Value: tag })).default([]),
  Content: z.object({ Raw: z.object({ Data: z.base64() }) }),
});

/** SendEmail with raw content. The emulator's own version loses tags and headers, which SES's events contain. */
async function acceptMail(
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
      acceptedAt: new Date().toISOString(),
      tags: Object.fromEntries(sent.EmailTags.map(({ Name, Value }) => [Name, Value])),
      configurationSet: sent.ConfigurationSetName,
    });
    answer(200, { MessageId: messageId });
  } catch (error) {
    // The sender cannot fix an error of the disk.
    if (error instanceof Error && 'syscall' in error) onError(error);
    answer(400, { message: error instanceof Error ? error.message : String(error) }, 'BadRequestException');
  }
}

/** The mails of earlier runs, in an array that writes each new mail to a file first. */
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

/** Calls `mine` first. Requests that it does not answer go to the server's own listener. */
function putInFront(server: Server, mine: (request: IncomingMessage, response: ServerResponse) => boolean): void {
  const [theirs] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!mine(request, response)) theirs?.call(server, request, response);
  });
}
