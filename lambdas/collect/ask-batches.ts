import { gunzipSync, gzipSync } from 'node:zlib';
import { type CollectRequest, paceOf, runIdOf, runKeys } from '../contracts/collect.ts';
import { type KeptAnswer, keptAnswers } from '../domain/collect/kept-answers.ts';
import { nextBatch } from '../domain/collect/plan.ts';
import type { ApiRequest } from '../domain/collect/provider.ts';
import { concurrently } from '../runtime/concurrently.ts';
import { type Asking, ask, OutOfTime } from './ask.ts';
import type { CollectPorts } from './ports.ts';

/** After so many requests without an answer in a row, the provider is down: the others are not sent. */
const DOWN_AFTER = 5;
/** An invocation has 15 minutes. */
const MAX_BATCH_MINUTES = 12;
/** What one request may take beside its turn. */
const LATENCY_MS = 2_000;
const RESERVE_MS = 60_000;

/** The answers of a run, batch by batch: they are read again each time, so that a long run takes little memory. */
export type Answers = {
  /** False if the invocation ended before all batches were asked. */
  isComplete: boolean;
  read(): AsyncGenerator<KeptAnswer>;
};

/**
 * Asks what a run has not asked yet. What was answered is kept after each batch, and never asked again.
 * @param onBatch called after each batch, with the number of answered requests
 */
export async function askBatches(
  ports: CollectPorts,
  request: CollectRequest,
  requests: readonly ApiRequest[],
  asking: Asking,
  onBatch: (answered: number) => Promise<void>,
): Promise<Answers> {
  const keys = runKeys(request.provider, runIdOf(request));
  const known = new Set(await ports.records.list(keys.answers));
  const kept: string[] = [];
  const size = batchSize(asking);
  const silence: Silence = { inARow: 0 };
  let stop: KeptFault | undefined;
  let hasAsked = false;
  /** The answers to the first requests of a batch, as many as came; undefined if the next invocation goes on. */
  const answersTo = async (batch: readonly ApiRequest[]): Promise<KeptAnswer[] | undefined> => {
    const reason = stop;
    if (reason) return batch.map((one) => unanswered(one, reason, { isEnd: true }));
    if (hasAsked && !hasTime(batch.length, asking)) return undefined;
    const answers = wholeSubjects(batch, await askBatch(ports, asking, batch, silence));
    if (answers.length > 0) return answers;
    // Where not even the first subject has its turn in a whole invocation, the run would go on for ever.
    return hasAsked ? undefined : batch.map((one) => unanswered(one, LATE));
  };
  for (let answered = 0; answered < requests.length; ) {
    const key = keys.batch(kept.length);
    if (!known.has(key)) {
      const answers = await answersTo(nextBatch(requests, answered, size));
      if (!answers) return { isComplete: false, read: () => keptBatches(ports, kept) };
      hasAsked = true;
      // Another invocation of this run may have been faster: its answers count.
      await ports.records.putNew(key, gzipSync(JSON.stringify(answers)), 'application/gzip');
    }
    kept.push(key);
    for await (const answer of keptBatches(ports, [key])) {
      if (isEnd(answer)) stop ??= answer.fault;
      answered++;
    }
    await onBatch(answered);
  }
  return { isComplete: true, read: () => keptBatches(ports, kept) };
}

/** The answers before the first that is missing, without those of its subject: a subject is asked in one go. */
function wholeSubjects(batch: readonly ApiRequest[], answers: readonly (KeptAnswer | undefined)[]): KeptAnswer[] {
  const missing = batch[answers.indexOf(undefined)];
  const end = missing ? batch.findIndex(({ subject }) => subject === missing.subject) : batch.length;
  return answers.slice(0, end).filter((one) => one !== undefined);
}

/** A batch must end within an invocation, at the pace of the provider. */
function batchSize({ provider, settings }: Asking): number {
  const { perMinute } = paceOf(provider.name, settings);
  return Math.max(1, Math.min(settings.batchSize, Math.floor(perMinute * MAX_BATCH_MINUTES)));
}

/** True if a whole batch fits into the rest of the invocation, at the pace of the provider. */
function hasTime(size: number, { provider, settings, invocation }: Asking): boolean {
  const perRequest = 60_000 / paceOf(provider.name, settings).perMinute;
  return invocation.now() + size * perRequest + LATENCY_MS + RESERVE_MS < invocation.deadline;
}

type KeptFault = NonNullable<KeptAnswer['fault']>;

/** After these no other request of the run can succeed. */
const isEnd = ({ fault, isEnd: isMarked }: KeptAnswer): boolean =>
  isMarked === true || fault?.fault === 'quota' || fault?.fault === 'auth';

const down = (last: string): KeptFault => ({
  fault: 'retry',
  message: `not asked: ${DOWN_AFTER} requests in a row failed, the last one with: ${last}`,
});
const LATE: KeptFault = {
  fault: 'retry',
  message: "not asked: the function's 15 minutes ended first; a smaller batchSize helps",
};

const unanswered = (request: ApiRequest, fault: KeptFault, more: Pick<KeptAnswer, 'isEnd'> = {}): KeptAnswer => ({
  request,
  pages: [],
  fault,
  askedAt: 0,
  ms: [],
  retries: 0,
  ...more,
});

/** Requests without an answer in a row, over all batches. */
type Silence = { inARow: number };

/** The answers to a batch; undefined for a request whose turn did not come before the invocation ends. */
async function askBatch(
  ports: CollectPorts,
  asking: Asking,
  batch: readonly ApiRequest[],
  silence: Silence,
): Promise<(KeptAnswer | undefined)[]> {
  const answers: (KeptAnswer | undefined)[] = batch.map(() => undefined);
  let stop: KeptFault | undefined;
  try {
    await concurrently(batch.entries(), asking.settings.concurrency, async ([i, request]) => {
      if (stop) return;
      const answer = await ask(ports, asking, request);
      answers[i] = answer;
      silence.inARow = answer.isSilent ? silence.inARow + 1 : 0;
      if (isEnd(answer)) stop ??= answer.fault;
      if (silence.inARow >= DOWN_AFTER) stop ??= down(answer.fault?.message ?? '');
    });
  } catch (error) {
    if (error instanceof OutOfTime) return answers;
    throw error;
  }
  const reason = stop;
  return reason ? batch.map((request, i) => answers[i] ?? unanswered(request, reason, { isEnd: true })) : answers;
}

/** The answers under these keys, in their order. */
export async function* keptBatches({ records }: CollectPorts, keys: readonly string[]): AsyncGenerator<KeptAnswer> {
  for (const key of keys) {
    const bytes = await records.get(key);
    if (!bytes) throw new Error(`Expected answers at ${key} in the records bucket, found none.`);
    yield* keptAnswers.parse(JSON.parse(gunzipSync(bytes).toString()));
  }
}
