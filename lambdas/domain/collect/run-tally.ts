import { type CollectRequest, runIdOf } from '../../contracts/collect.ts';
import type { Missing, RunRecord } from '../../contracts/run-record.ts';
import type { KeptAnswer } from './kept-answers.ts';
import type { Fault } from './provider.ts';

/** Most entries of each list in a record. */
const LISTED = 100;

/** Adds up what the answers of a run say: its record is a fold over them. */
export class RunTally {
  readonly #request: CollectRequest;
  readonly #missing = new Map<string, Missing>();
  readonly #flags = new Set<string>();
  readonly #rejections: RunRecord['rejections'] = [];
  readonly #watermarks = new Map<string, string>();
  #requests = 0;
  #retries = 0;
  #ms = 0;
  #maxMs = 0;
  #rows = 0;
  #rejected = 0;

  constructor(request: CollectRequest) {
    this.#request = request;
  }

  addAnswer({ ms, retries }: KeptAnswer, flags: readonly string[], rows: number): void {
    this.#requests += ms.length;
    this.#retries += retries;
    for (const one of ms) {
      this.#ms += one;
      this.#maxMs = Math.max(this.#maxMs, one);
    }
    this.#rows += rows;
    for (const flag of flags) this.#flags.add(flag);
  }

  flag(text: string): void {
    this.#flags.add(text);
  }

  addMissing(subject: string, { fault, message }: Fault): void {
    if (!this.#missing.has(subject)) this.#missing.set(subject, { subject, fault, message });
  }

  addRejection(subject: string, reason: string): void {
    this.#rejected++;
    if (this.#rejections.length < LISTED) this.#rejections.push({ subject, reason });
  }

  /** The date of the newest record of a subject. */
  addDate(subject: string, date: string): void {
    if (date > (this.#watermarks.get(subject) ?? '')) this.#watermarks.set(subject, date);
  }

  /** @param subjects everything that was asked for */
  record(
    subjects: readonly string[],
    progress: Pick<RunRecord, 'startedAt' | 'planned' | 'answered' | 'files'> & { endedAt?: string | undefined },
  ): RunRecord {
    const { provider, dataset, role, by, at } = this.#request;
    const { endedAt, ...others } = progress;
    return {
      run: runIdOf(this.#request),
      provider,
      dataset,
      role,
      by,
      plannedAt: at,
      ...others,
      ...(endedAt !== undefined && { endedAt }),
      state: endedAt === undefined ? 'running' : this.#state(subjects),
      subjects: subjects.length,
      missingCount: this.#missing.size,
      missing: [...this.#missing.values()].slice(0, LISTED),
      requests: this.#requests,
      retries: this.#retries,
      latencyMs: {
        mean: this.#requests === 0 ? 0 : Math.round(this.#ms / this.#requests),
        max: Math.round(this.#maxMs),
      },
      rows: this.#rows,
      rejected: this.#rejected,
      rejections: this.#rejections,
      flags: [...this.#flags].sort(),
      watermarks: Object.fromEntries([...this.#watermarks].sort().slice(0, LISTED)),
    };
  }

  #state(subjects: readonly string[]): RunRecord['state'] {
    if (this.#missing.size === 0) return 'success';
    return this.#watermarks.size === 0 && this.#missing.size >= Math.max(1, subjects.length) ? 'failed' : 'partial';
  }
}
