import { declarationFiles } from '../../lambdas/adapters/declaration-files.ts';
import type { RawMail, SendOutcome } from '../../lambdas/adapters/mailer.ts';
import type { ApiPorts } from '../../lambdas/api/ports.ts';
import type { ChartsPorts } from '../../lambdas/charts/ports.ts';
import { collect } from '../../lambdas/collect/collect.ts';
import type { CollectPorts } from '../../lambdas/collect/ports.ts';
import { collectRequest, type NewCollectRequest } from '../../lambdas/contracts/collect.ts';
import { messageOf } from '../../lambdas/contracts/delivery-event.ts';
import type { FileDue } from '../../lambdas/contracts/file-due.ts';
import { ingestMessage, isFileDue, isSmokeTestDue } from '../../lambdas/contracts/ingest-message.ts';
import { mailEvent } from '../../lambdas/contracts/mail-event.ts';
import { mailStored } from '../../lambdas/contracts/mailed-files.ts';
import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import { smokeTestMessage } from '../../lambdas/contracts/smoke-test.ts';
import { fanOutMessage } from '../../lambdas/contracts/weekly.ts';
import { type FanOutResult, fanOut } from '../../lambdas/fan-out/fan-out.ts';
import type { FanOutPorts } from '../../lambdas/fan-out/ports.ts';
import { recordFeedback } from '../../lambdas/feedback/record-feedback.ts';
import { dropSmokeFile } from '../../lambdas/ingest/drop-smoke-file.ts';
import { findLate } from '../../lambdas/ingest/find-late.ts';
import { ingestDelivery } from '../../lambdas/ingest/ingest-delivery.ts';
import type { IngestPorts, IngestSettings } from '../../lambdas/ingest/ports.ts';
import { receiveMail } from '../../lambdas/receive/receive-mail.ts';
import type { Invocation } from '../../lambdas/runtime/invocation.ts';
import { ApiWorld } from '../support/api-world.ts';
import { streamOf } from '../support/deliveries.ts';
import { INGEST_SETTINGS } from '../support/drops.ts';
import { FAN_OUT_SETTINGS } from '../support/fan-outs.ts';
import { SENDERS } from '../support/mails.ts';
import { memoryMailedFiles } from '../support/memory/mailed-files.ts';
import { acceptMail } from './accept-mail.ts';
import { simulatedCollectPorts } from './collect-ports.ts';
import { SimulatedBucket, simulatedFiles } from './drop-files.ts';
import { best, type Caller, CallFailed, type End, type Fault, inTurns, never, newCaller } from './faults.ts';
import { MAX_RECEIVES, type Message, type QueueName, retrySeconds, TIMEOUT } from './queue-rules.ts';

/** SES's events about a mail arrive a little later. */
const FEEDBACK_SECONDS = 2;
/** Members that are no port calls: log, drawing, clock. */
const NO_CALLS = new Set([
  'warn',
  'decided',
  'alerted',
  'renderChart',
  'now',
  'newId',
  'unexpected',
  'wait',
  'random',
  'progress',
]);

/**
 * All of Closing Bell in memory: the real use cases, queues that retry like SQS, a simulated clock, and one fault. Two runs of the
 * same scenario make the same calls in the same order.
 */
export class Simulation extends ApiWorld {
  /** Every port call so far: caller and name. */
  readonly calls: string[] = [];
  /** Every message handled so far, its number of calls, and how many others could have been delivered instead. */
  readonly picks: { message: string; calls: number; others: number }[] = [];
  readonly deadLetters: { queue: QueueName; reason: string }[] = [];
  /** Failed invocations, with the reason. */
  readonly failures: string[] = [];
  /** Late files that ingest told of: feed, file date, and how many wait. */
  readonly late = new Set<string>();
  /** Settings of ingest; a deployment may change them at any time. */
  ingestSettings: IngestSettings = INGEST_SETTINGS;
  /** How far (ms) the clock of an invocation is ahead. */
  clockAhead: (invocation: string) => number = () => 0;
  /** Called when SES accepts a mail. */
  onMail: (to: string) => void = () => undefined;
  /** Paused callers, to be resumed. */
  readonly paused: { resume: () => void; ended: Promise<unknown> }[] = [];
  /** The drop bucket. */
  readonly #files = new SimulatedBucket(
    this.objects,
    () => this.now,
    (event) => this.#send('deliveries', event),
  );
  /** Mails of vendors. */
  readonly #mails = new SimulatedBucket(
    new Map(),
    () => this.now,
    (event) => this.#send('mails', event),
  );
  #queue: Message[] = [];
  #nextId = 0;
  #late: Message[] = [];
  #fault: Fault | undefined;
  #requestedAt = 0;
  #caller: Caller = newCaller('none');

  /** Continues with another fault, or none. */
  withFault(fault: Fault | undefined): this {
    this.#fault = fault;
    return this;
  }

  /** A deep copy. */
  fork(): Simulation {
    const copy = new Simulation();
    copy.now = this.now;
    copy.#nextId = this.#nextId;
    copy.#files.copy(this.#files);
    copy.#mails.copy(this.#mails);
    copy.#queue = structuredClone(this.#queue);
    for (const name of ['objects', 'records', 'segments', 'deliveries', 'ledger', 'told', 'limits'] as const)
      for (const [key, value] of this[name]) copy[name].set(key, structuredClone(value) as never);
    for (const name of ['records', 'requests', 'paces'] as const)
      for (const [key, value] of this.runs[name]) copy.runs[name].set(key, structuredClone(value) as never);
    for (const ticker of this.tickers) copy.tickers.add(ticker);
    for (const ticker of this.declared) copy.declared.add(ticker);
    for (const pair of this.renames) copy.renames.add(pair);
    for (const pair of this.companies) copy.companies.add(pair);
    for (const file of this.late) copy.late.add(file);
    copy.subscribers.push(...structuredClone(this.subscribers));
    copy.mails.push(...this.mails);
    copy.calls.push(...this.calls);
    copy.picks.push(...this.picks);
    return copy;
  }

  /** The vendor uploads a file to the bucket, which keeps every version. */
  dropFile = (key: string, content: string): void => this.#files.upload(key, content);
  /** A vendor or a lifecycle rule removes every version of a file. */
  removeFile = (key: string): void => this.#files.remove(key);
  /** SES stores a mail of a vendor. */
  mailFile = (key: string, raw: string): void => this.#mails.upload(key, raw);
  /** The schedule of a feed asks whether its file arrived. */
  expectFile = (message: FileDue): void => this.#send('deliveries', message);
  /** The schedule of the smoke test rings. */
  testSmoke = (): void => this.#send('deliveries', smokeTestMessage(new Date(this.now).toISOString()));
  /** The schedule of the weekly digests rings (ISO instant). */
  ring = (time: string): void => this.#send('refreshed', { weekly: time });
  /** A schedule, or an operator, asks for a run of a collector. */
  plan = (request: NewCollectRequest): void => this.#send('collect', request);

  /** Sends a request to the API, and repeats it if the answer was lost. */
  async request(path: string, options: Parameters<ApiWorld['ask']>[1] = {}): Promise<number> {
    this.#requestedAt = this.now;
    for (let tries = 0; tries < 3; tries++) {
      this.#caller = newCaller(`${options.method ?? 'GET'} ${path.replace(/\?.*/, '')}`);
      const caller = this.#caller;
      const answer = await Promise.race([super.ask(path, options), caller.crashed]).catch(() => undefined);
      if (answer && answer.status < 500) return answer.status;
    }
    throw new Error(`${path} was not answered in three tries.`);
  }

  override apiPorts(): ApiPorts & ChartsPorts {
    const ports = super.apiPorts();
    return this.#through(this.#caller, {
      ...ports,
      now: () => this.#requestedAt,
      // The same for a request that is repeated.
      newId: () => `alert-${this.subscribers.flatMap(({ alerts = {} }) => Object.keys(alerts)).length}`,
      declarations: declarationFiles(simulatedFiles(this.#files)),
      commands: { send: async (command) => this.#send('deliveries', messageOf(command)) },
      mailer: { turn: async () => true, send: async (mail) => this.#mail(mail) },
    });
  }

  /**
   * Handles messages until there are none; time passes until the next one is visible.
   * @param only the queues to handle; the others lag behind
   * @param isEnough true to stop early
   */
  async settle(only?: readonly QueueName[], isEnough: () => boolean = () => false): Promise<void> {
    for (let rounds = 0; !isEnough(); rounds++) {
      if (rounds > 2_000) throw new Error(`The messages do not end: ${this.failures.slice(-3).join('; ')}`);
      if (this.#queue.length === 0) this.#queue.push(...this.#late.splice(0));
      const message = this.#pick(only);
      if (!message) return;
      await this.#deliver(message);
    }
  }

  /** Resumes paused callers and waits for their end. */
  async resumeAll(): Promise<void> {
    for (const { resume, ended } of this.paused.splice(0)) {
      resume();
      await ended;
    }
  }

  #send(queue: QueueName, body: unknown, delaySeconds = 0): void {
    const visibleAt = this.now + delaySeconds * 1000;
    // A queue contains text.
    this.#queue.push({ id: this.#nextId++, queue, body: JSON.parse(JSON.stringify(body)), visibleAt, receives: 0 });
  }

  #pick(only?: readonly QueueName[]): Message | undefined {
    const [first] = this.#queue
      .filter(({ queue }) => !only || only.includes(queue))
      .sort((a, b) => a.visibleAt - b.visibleAt || a.id - b.id);
    if (!first) return undefined;
    this.now = Math.max(this.now, first.visibleAt);
    const others = this.#beside(first);
    const fault = this.#fault;
    const isSwapped = fault?.kind === 'reordered' || (fault?.kind === 'meanwhile' && fault.swapped);
    const chosen = (isSwapped && fault.pick === this.picks.length && others[fault.instead]) || first;
    this.#queue = this.#queue.filter(({ id }) => id !== chosen.id);
    this.picks.push({ message: `${chosen.queue} ${chosen.id}`, calls: 0, others: others.length });
    return chosen;
  }

  /** Other messages of the same queue that could be delivered now. */
  #beside(message: Message): Message[] {
    return this.#queue
      .filter(({ id, queue, visibleAt }) => queue === message.queue && id !== message.id && visibleAt <= this.now)
      .sort((a, b) => a.id - b.id);
  }

  async #deliver(message: Message): Promise<void> {
    const pick = this.picks.length - 1;
    const fault = this.#fault && 'pick' in this.#fault && this.#fault.pick === pick ? this.#fault : undefined;
    const copy = structuredClone(message);
    message.receives++;
    const { end, calls } = await this.#invokeAll(message, fault);
    const [entry] = this.picks.slice(pick);
    if (entry) entry.calls = calls;
    if (end !== 'done') this.#retry(message, end);
    if (fault?.kind === 'twice') this.#queue.push({ ...copy, visibleAt: this.now });
    if (fault?.kind === 'late') this.#late.push(copy);
  }

  /** One invocation, or two for the same message; the message is deleted if one of them handled it. */
  async #invokeAll(message: Message, fault: Fault | undefined): Promise<{ end: End; calls: number }> {
    const name = `${message.queue}#${message.id}`;
    if (fault?.kind === 'in-turns') {
      const { turns, end } = inTurns();
      const both = turns.map((turn, i) => this.#invoke(message, newCaller(`${name} ${i}`, turn)).finally(() => end(i)));
      return { end: best(await Promise.all(both)), calls: 0 };
    }
    let twin: Promise<End> | undefined;
    const turn = async (call: number): Promise<void> => {
      if (!fault || !('call' in fault) || fault.call !== call) return;
      // If swapped, the message that was due is the first again.
      if (fault.kind === 'meanwhile')
        return this.#handleMeanwhile(this.#beside(message)[fault.swapped ? 0 : fault.instead]);
      twin = this.#invoke(message, newCaller(`${name} twin`));
      await twin;
    };
    const first = newCaller(name, turn);
    const end = await this.#invoke(message, first);
    return { end: best([end, (await twin) ?? end]), calls: first.calls };
  }

  async #handleMeanwhile(message: Message | undefined): Promise<void> {
    if (!message) return;
    this.#queue = this.#queue.filter(({ id }) => id !== message.id);
    message.receives++;
    const end = await this.#invoke(message, newCaller(`${message.queue}#${message.id} meanwhile`));
    if (end !== 'done') this.#retry(message, end);
  }

  async #invoke({ queue, body }: Message, caller: Caller): Promise<End> {
    const ahead = this.clockAhead(caller.name);
    const now = () => this.now + ahead;
    const invocation = { id: caller.name, now, deadline: now() + TIMEOUT[queue] * 1000 };
    try {
      const handled = this.#handlers[queue](body, caller, invocation);
      caller.ended = handled.catch(() => undefined);
      await Promise.race([handled, caller.crashed]);
      return 'done';
    } catch (error) {
      this.failures.push(`${caller.name}: ${error}`);
      return caller.isCrashed || caller.isAbandoned ? 'crashed' : 'failed';
    }
  }

  readonly #handlers: Record<QueueName, (body: unknown, caller: Caller, invocation: Invocation) => Promise<unknown>> = {
    deliveries: async (body, caller, invocation) => {
      const ports = this.#through(caller, this.#ingestPorts());
      const message = ingestMessage(body);
      if (isSmokeTestDue(message)) return dropSmokeFile(this.#through(caller, simulatedFiles(this.#files)), message);
      if (!isFileDue(message)) return ingestDelivery(ports, this.ingestSettings, message, invocation);
      const late = await findLate(ports, message, invocation.now());
      return late && this.late.add(`${late.feed}/${late.fileDate}: ${late.waiting} wait`);
    },
    mails: (body, caller) => {
      const ports = { mails: { read: this.#readMail }, files: memoryMailedFiles(this.#files) };
      return receiveMail(this.#through(caller, ports), SENDERS, mailStored.parse(body));
    },
    collect: (body, caller, invocation) =>
      collect(this.#through(caller, this.#collectPorts()), collectRequest.parse(body), invocation),
    refreshed: async (body, caller, invocation) => {
      const ports = this.#through(caller, this.#fanOutPorts());
      const result: FanOutResult = await fanOut(ports, FAN_OUT_SETTINGS, fanOutMessage.parse(body), invocation);
      if (result['not-sent'] > 0 && !result.handedOver) throw new Error(`${result['not-sent']} left to send`);
    },
    events: (body, caller) => recordFeedback(this.#through(caller, this.feedbackPorts()), mailEvent.parse(body)),
  };

  readonly #readMail = async (key: string): Promise<Uint8Array | undefined> => {
    const mail = this.#mails.read(key);
    return mail && Buffer.from(mail.content);
  };

  #ingestPorts(): IngestPorts {
    return {
      ...this.ports(),
      drop: {
        read: async ({ key, etag }) => {
          const object = this.objects.get(`${key} ${etag}`);
          return object && streamOf(object.content);
        },
      },
      refreshed: { send: this.#sendRefreshed },
    };
  }

  #collectPorts(): CollectPorts {
    return simulatedCollectPorts(this, {
      files: simulatedFiles(this.#files),
      again: (request) => this.#send('collect', request),
    });
  }

  #fanOutPorts(): FanOutPorts {
    const mailer = { turn: async () => true, send: async (mail: RawMail) => this.#mail(mail) };
    return { ...this.ports(), refreshed: { send: this.#sendRefreshed }, mailer };
  }

  readonly #sendRefreshed = async (messages: readonly Refreshed[], delaySeconds = 0): Promise<void> => {
    for (const message of messages) this.#send('refreshed', message, delaySeconds);
  };

  /** SES accepts a mail and sends its events. */
  #mail(mail: RawMail): SendOutcome {
    const { sent, events } = acceptMail(mail, new Date(this.now).toISOString());
    this.mails.push(sent);
    this.onMail(mail.to);
    for (const event of events) this.#send('events', event, FEEDBACK_SECONDS);
    return { status: 'sent', messageId: sent.messageId };
  }

  #retry(message: Message, end: End): void {
    if (message.receives >= MAX_RECEIVES) {
      this.deadLetters.push({ queue: message.queue, reason: this.failures.at(-1) ?? '' });
      return;
    }
    this.#queue.push({ ...message, visibleAt: this.now + retrySeconds(message, end) * 1000 });
  }

  /** Ports whose calls are recorded, take one ms, and may fail. */
  #through<T extends object>(caller: Caller, ports: T, path = ''): T {
    return new Proxy(ports, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        const memberPath = `${path}${String(name)}`;
        if (typeof member === 'object' && member !== null) return this.#through(caller, member, `${memberPath}.`);
        if (typeof member !== 'function' || NO_CALLS.has(memberPath)) return member;
        return (...args: unknown[]) => this.#call(caller, memberPath, () => member.apply(target, args));
      },
    });
  }

  /** Pauses a caller until it is resumed; nothing waits for it any more. */
  async #pause(caller: Caller): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    caller.abandon();
    this.paused.push({ resume: resolve, ended: Promise.resolve().then(() => caller.ended) });
    await promise;
  }

  async #call(caller: Caller, called: string, effect: () => unknown): Promise<unknown> {
    if (caller.isCrashed) return never();
    await caller.turn(caller.calls++);
    const call = this.calls.push(`${caller.name} ${called}`) - 1;
    this.now++;
    const fault = this.#fault && !('pick' in this.#fault) ? this.#fault : undefined;
    const isHit = fault?.call === call;
    if (isHit && fault.kind === 'paused') await this.#pause(caller);
    // The mailer converts a lost connection into an outcome.
    const isMail = called === 'mailer.send';
    const lost = () => {
      if (isMail) return { status: 'unknown', reason: 'lost' };
      throw new CallFailed(called);
    };
    if (isHit && fault.kind === 'before') return lost();
    const result = await effect();
    if (isHit && fault.kind === 'after') return lost();
    if (isHit && fault.kind === 'crash') {
      caller.crash();
      return never();
    }
    return result;
  }
}
