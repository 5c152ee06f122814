import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Email } from 'aws-ses-v2-local/dist/store.js';
import { simpleParser } from 'mailparser';
import * as z from 'zod';
import { guarded } from '../engine/guard.ts';
import { type Listening, listening } from '../engine/listening.ts';
import { accountWith, SES_FAULTS, type SesFault } from './ses-account.ts';
import { readStateFile } from './state-file.ts';
import { writeWhole } from './write-whole.ts';

/** A mail as it is kept: the emulator's own form, without the content of attachments, and with the tags it was sent with. */
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

export type SesOptions = {
  /** Keeps the mails. */
  folder: string;
  fault?: SesFault | undefined;
};

/**
 * Starts SES on 127.0.0.1.
 * @param answerInbox answers other requests, like those of an inbox; false if it does not
 * @param onSent called for each accepted mail, and at the start for the latest mails of the last run, whose events may be lost
 * @param onError called for mails that cannot be stored
 */
export async function startSes(
  port: number,
  { folder, fault }: SesOptions,
  answerInbox: (kept: KeptMails, request: IncomingMessage, response: ServerResponse) => boolean,
  onSent: (mail: KeptMail) => void,
  onError: (error: unknown) => void,
): Promise<Listening> {
  const require = createRequire(import.meta.url);
  const { default: listen } = require('aws-ses-v2-local') as typeof import('aws-ses-v2-local');
  const { getStoreReadonly } =
    require('aws-ses-v2-local/dist/store') as typeof import('aws-ses-v2-local/dist/store.js');
  process.env['AWS_SES_ACCOUNT'] = JSON.stringify(accountWith(fault));
  const kept = keptMails(folder);
  const { mails } = kept;
  // Replaces the emulator's own array, so that its /store lists the stored mails too.
  Object.assign(getStoreReadonly(), { emails: mails });
  const server = guarded(await listen({ host: '127.0.0.1', port }));
  putInFront(server, (request, response) => {
    if (request.method !== 'POST' || request.url !== SEND_PATH) return answerInbox(kept, request, response);
    const keep = (mail: KeptMail, raw: Buffer) => {
      kept.add(mail, raw);
      onSent(mail);
    };
    void acceptMail(request, response, { keep, onError, refusal: fault && SES_FAULTS[fault] });
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
  {
    keep,
    onError,
    refusal,
  }: {
    keep: (mail: KeptMail, raw: Buffer) => void;
    onError: (error: unknown) => void;
    refusal: (typeof SES_FAULTS)[SesFault] | undefined;
  },
) {
  const answer = (status: number, body: object, type = '') => {
    response.writeHead(status, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) });
    response.end(JSON.stringify(body));
  };
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = sending.parse(JSON.parse(Buffer.concat(chunks).toString()));
    if (refusal && sent.ConfigurationSetName !== '') {
      const message = refusal.message.replace('RECIPIENT', sent.Destination.ToAddresses.join());
      return answer(refusal.status, { message }, refusal.type);
    }
    const raw = Buffer.from(sent.Content.Raw.Data, 'base64');
    const mail = await simpleParser(raw);
    const messageId = randomUUID();
    const kept: KeptMail = {
      messageId,
      from: mail.from?.text ?? '',
      replyTo: [],
      destination: { to: sent.Destination.ToAddresses, cc: [], bcc: [] },
      subject: mail.subject ?? '',
      body: { text: mail.text, html: mail.html || undefined },
      attachments: mail.attachments.map(({ contentType, filename, size, cid }) => ({
        content: '',
        contentType,
        filename,
        size,
        cid,
      })),
      headers: mail.headerLines.map(({ key, line }) => ({ name: key, value: line.slice(key.length + 1).trim() })),
      at: Math.floor(Date.now() / 1000),
      acceptedAt: new Date().toISOString(),
      tags: Object.fromEntries(sent.EmailTags.map(({ Name, Value }) => [Name, Value])),
      configurationSet: sent.ConfigurationSetName,
    };
    keep(kept, raw);
    answer(200, { MessageId: messageId });
  } catch (error) {
    // The sender cannot fix an error of the disk.
    if (error instanceof Error && 'syscall' in error) onError(error);
    answer(400, { message: error instanceof Error ? error.message : String(error) }, 'BadRequestException');
  }
}

/** The mails of all runs. `rawOf`: the MIME message, which is in a file only: with its pictures it may have a megabyte. */
export type KeptMails = {
  readonly mails: KeptMail[];
  add(mail: KeptMail, raw: Buffer): void;
  rawOf(messageId: string): Buffer | undefined;
};

function keptMails(folder: string): KeptMails {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort();
  const found = names.flatMap((name) =>
    readStateFile<[string, KeptMail][]>(join(folder, `${name}.json`), (text) => [[name, JSON.parse(text)]], []),
  );
  const nameOf = new Map(found.map(([name, mail]) => [mail.messageId, name]));
  const mails = found.map(([, mail]) => mail);
  let next = Number(names.at(-1) ?? 0) + 1;
  return {
    mails,
    add(mail, raw) {
      const name = String(next++).padStart(10, '0');
      // The message first: a mail of the list has one.
      writeWhole(join(folder, `${name}.eml`), raw);
      writeWhole(join(folder, `${name}.json`), JSON.stringify(mail));
      nameOf.set(mail.messageId, name);
      mails.push(mail);
      const oldest = mails.length > MAX_MAILS ? mails.shift() : undefined;
      if (!oldest) return;
      for (const end of ['json', 'eml'])
        rmSync(join(folder, `${nameOf.get(oldest.messageId)}.${end}`), { force: true });
      nameOf.delete(oldest.messageId);
    },
    rawOf(messageId) {
      const file = join(folder, `${nameOf.get(messageId)}.eml`);
      return existsSync(file) ? readFileSync(file) : undefined;
    },
  };
}

/** Calls `mine` first. Requests that it does not answer go to the server's own listener. */
function putInFront(server: Server, mine: (request: IncomingMessage, response: ServerResponse) => boolean): void {
  const [theirs] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!mine(request, response)) theirs?.call(server, request, response);
  });
}
