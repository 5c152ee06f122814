import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { messagesIn } from '../local/app/settled.ts';
import { put } from './ingest.ts';
import type { AcceptedMail } from './mail-sink.ts';
import { tickerName, writeHistory } from './market-file.ts';
import type { Stage } from './stage.ts';
import { addSubscribers } from './subscribers.ts';

export type LoadOptions = {
  /** A multiple of 25. */
  subscribers: number;
  tickers: number;
  /** Length of an invocation (s), as Lambda would limit it. */
  seconds: number;
  /** Every so many invocations the process is killed in the middle; 0 never. */
  killEvery: number;
};

export type LoadResult = {
  seconds: number;
  mails: number;
  /** Subscribers without a mail, and with more than one. */
  missing: number;
  twice: number;
  invocations: number;
  killed: number;
  /** Peak memory of each invocation that was not killed (MB). */
  memory: number[];
  /** Of the invocations that were not killed. */
  cpuMsPerMail: number;
};

/** Tickers that each subscriber follows. */
const FOLLOWED = 3;
/** Trading days of the history. */
const DAYS = 300;
/** At most so many mails are in progress when a process is killed. */
const IN_PROGRESS = 32;

/**
 * Delivers a history to many subscribers: the real functions on the emulators, the refreshed queue between the invocations, and a mail
 * server that accepts everything at once. Invocations run one after the other.
 */
export async function runLoad(
  stage: Stage,
  options: LoadOptions,
  progress: (text: string) => void,
): Promise<LoadResult> {
  progress(`writing ${options.tickers} tickers and ${options.subscribers} subscribers`);
  await prepare(stage, options);
  const started = performance.now();
  const memory: number[] = [];
  let [killed, cpuMs, measuredMails] = [0, 0, 0];
  for await (const message of messagesOf(stage)) {
    const invocation = memory.length + killed + 1;
    const isKilled = options.killEvery > 0 && invocation % options.killEvery === 0;
    const before = stage.sink.count();
    const killAfterMs = isKilled ? (options.seconds * 1000) / 2 : undefined;
    const measured = await stage.invokeFor('FanOut', [message.body], { seconds: options.seconds, killAfterMs });
    if (measured) {
      memory.push(measured.maxRssMb);
      cpuMs += measured.cpuMs;
      measuredMails += stage.sink.count() - before;
    } else {
      killed++;
      await sendEvents(stage, stage.sink.accepted.slice(Math.max(before, stage.sink.count() - IN_PROGRESS)));
    }
    await message.end(measured?.failures === 0);
    progress(
      `invocation ${invocation}${measured ? '' : ', killed'}: ${stage.sink.count().toLocaleString('en-US')} mails`,
    );
  }
  const mails = new Map<string, number>();
  for (const { to } of stage.sink.accepted) mails.set(to, (mails.get(to) ?? 0) + 1);
  return {
    seconds: (performance.now() - started) / 1000,
    mails: stage.sink.count(),
    missing: options.subscribers - mails.size,
    twice: [...mails.values()].filter((count) => count > 1).length,
    invocations: memory.length,
    killed,
    memory,
    cpuMsPerMail: cpuMs / measuredMails,
  };
}

/** A history in the prices table, subscribers who follow its tickers, and the message that it was applied. */
async function prepare(stage: Stage, { subscribers, tickers }: LoadOptions): Promise<void> {
  await addSubscribers(stage, subscribers, (i) => ({
    address: `subscriber-${i}@example.com`,
    tickers: Array.from({ length: FOLLOWED }, (_, n) => tickerName(popular(i * FOLLOWED + n, tickers))),
    // One picture per chart: what is tested is the number of mails.
    theme: 'light',
  }));
  const file = join(stage.folder, 'load.csv.gz');
  await writeHistory(file, tickers, DAYS);
  await stage.invoke('Ingest', [
    await put(stage, '2019-12-31_history.csv.gz', createReadStream(file), statSync(file).size),
  ]);
}

/** The index of a followed ticker: half of all follows are of the hundred most popular ones of ten thousand (Zipf). */
const popular = (n: number, tickers: number): number => Math.floor(tickers ** ((n * 0.6180339887) % 1)) - 1;

type Received = { body: unknown; end: (isHandled: boolean) => Promise<void> };

/** The messages of the refreshed queue, until it is empty. Fan-out delays the messages of claims that a killed process left. */
async function* messagesOf({ clients: { sqs }, queue }: Stage): AsyncGenerator<Received> {
  const QueueUrl = queue('Ingest-Refreshed-Queue');
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, VisibilityTimeout: 900 }),
    );
    const [{ Body = '', ReceiptHandle } = {}] = Messages;
    if (!ReceiptHandle) {
      if ((await messagesIn(sqs, QueueUrl)) === 0) return;
      continue;
    }
    yield {
      body: JSON.parse(Body),
      end: async (isHandled) => {
        const message = { QueueUrl, ReceiptHandle };
        if (isHandled) await sqs.send(new DeleteMessageCommand(message));
        else await sqs.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 1 }));
      },
    };
  }
}

/** SES's events about mails: on AWS they settle what a killed process could not record. */
async function sendEvents(stage: Stage, mails: readonly AcceptedMail[]): Promise<void> {
  const time = new Date().toISOString();
  const events = mails.map(({ messageId, tags }) => ({
    time,
    detail: {
      eventType: 'Send',
      mail: {
        messageId,
        timestamp: time,
        tags: Object.fromEntries(Object.entries(tags).map(([name, tag]) => [name, [tag]])),
      },
    },
  }));
  if (events.length > 0) await stage.invoke('Feedback', events);
}
