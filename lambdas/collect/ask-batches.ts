import { gunzipSync, gzipSync } from 'node:zlib';
import { type CollectRequest, runIdOf, runKeys } from '../contracts/collect.ts';
import { type KeptAnswer, keptAnswers } from '../domain/collect/kept-answers.ts';
import { nextBatch } from '../domain/collect/plan.ts';
import type { ApiRequest } from '../domain/collect/provider.ts';
import { concurrently } from '../runtime/concurrently.ts';
import { type Asking, ask, OutOfTime } from './ask.ts';
import type { CollectPorts } from './ports.ts';

/** After so many requests without an answer in a row, the provider is down: the others are not sent. */
const DOWN_AFTER = 5;
/** The answers of a run, batch by batch: they are read again each time, so that a long run takes little memory. */
export type Answers = {
  /** False if the invocation ended before all batches were asked. */
  isComplete: boolean;
  read(): AsyncGenerator<KeptAnswer>;
};

/**
 * Asks what a run has not asked yet. What was answered is kept after each batch, and when the time is up, and never asked again: the kept
 * answers, in the order of the plan, say where to go on.
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
  const silence: Silence = { inARow: 0 };
  const read = () => keptBatches(ports, kept);
  let stop: KeptFault | undefined;
  let hasAsked = false;
  /** The answers to a batch, or to the first subjects of it if the time is up. */
  const answersTo = async (batch: readonly ApiRequest[]): Promise<KeptAnswer[]> => {
    const reason = stop;
    if (reason) return batch.map((one) => unanswered(one, reason, { isEnd: true }));
    const answers = wholeSubjects(batch, await askBatch(ports, asking, batch, silence));
    // Where not even the first subject has its turn in a whole invocation, the run would go on for ever.
    return answers.length > 0 || hasAsked ? answers : batch.map((one) => unanswered(one, LATE));
  };
  for (let answered = 0; answered < requests.length; ) {
    const key = keys.batch(kept.length);
    let isTimeUp = false;
    if (!known.has(key)) {
      const batch = nextBatch(requests, answered, asking.settings.batchSize);
      const answers = await answersTo(batch);
      hasAsked = true;
      isTimeUp = answers.length < batch.length;
      if (answers.length === 0) return { isComplete: false, read };
      // Another invocation of this run may have been faster: its answers count.
      await ports.records.putNew(key, gzipSync(JSON.stringify(answers)), 'application/gzip');
    }
    kept.push(key);
    for await (const answer of keptBatches(ports, [key])) {
      if (isEnd(answer)) stop ??= answer.fault;
      answered++;
    }
    await onBatch(answered);
    if (isTimeUp) return { isComplete: false, read };
  }
  return { isComplete: true, read };
}

/** The answers before the first that is missing, without those of its subject: a subject is asked in one go. */
function wholeSubjects(batch: readonly ApiRequest[], answers: readonly (KeptAnswer | undefined)[]): KeptAnswer[] {
  const missing = batch[answers.indexOf(undefined)];
  const end = missing ? batch.findIndex(({ subject }) => subject === missing.subject) : batch.length;
  return answers.slice(0, end).filter((one) => one !== undefined);
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
  message: 'not asked: its turn did not come within an invocation; other runs of the provider had all turns',
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
