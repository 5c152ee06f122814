import { createHash } from 'node:crypto';
import type { RawMail, SendOutcome } from '../../lambdas/adapters/mailer.ts';
import type { ApiPorts } from '../../lambdas/api/ports.ts';
import type { ChartsPorts } from '../../lambdas/charts/ports.ts';
import { type DeliveryEvent, DeliveryEventType, deliveryEvent } from '../../lambdas/contracts/delivery-event.ts';
import { fromTag, MailTag, mailEvent } from '../../lambdas/contracts/mail-event.ts';
import { type Refreshed, refreshed } from '../../lambdas/contracts/refreshed.ts';
import { type FanOutResult, fanOut } from '../../lambdas/fan-out/fan-out.ts';
import type { FanOutPorts } from '../../lambdas/fan-out/ports.ts';
import { takeFeedback } from '../../lambdas/feedback/take-feedback.ts';
import { ingestDelivery } from '../../lambdas/ingest/ingest-delivery.ts';
import type { IngestPorts, IngestSettings } from '../../lambdas/ingest/ports.ts';
import { ApiWorld } from '../support/api-world.ts';
import { streamOf } from '../support/deliveries.ts';
import { INGEST_SETTINGS } from '../support/drops.ts';
import { FAN_OUT_SETTINGS } from '../support/fan-outs.ts';
import { CallFailed, type Fault, inTurns, type Process, process } from './faults.ts';

type QueueName = 'deliveries' | 'refreshed' | 'events';
/** How an invocation ended. */
type End = 'done' | 'failed' | 'died';
type Message = { id: number; queue: QueueName; body: unknown; visibleAt: number; receives: number };

/** Timeouts of the functions in seconds, as lib/ sets them; a queue hides a message for six of them. */
const TIMEOUT: Record<QueueName, number> = { deliveries: 600, refreshed: 300, events: 30 };
const VISIBILITY_TIMEOUTS = 6;
const MAX_RECEIVES = 10;
const FIRST_RETRY_SECONDS = 30;
const MAX_RETRY_SECONDS = 900;
/** SES tells of a mail a little later. */
const FEEDBACK_SECONDS = 2;
/** Not of the world: a log, a drawing, a clock. */
const NO_CALLS = new Set(['warn', 'renderChart', 'now', 'unexpected']);

/**
 * The whole of Closing Bell over a world in memory: the real use cases, queues that retry as SQS does, a clock of its
 * own, and one fault. Two runs of the same scenario make the same calls in the same order.
 */
export class Simulation extends ApiWorld {
  /** Every port call so far: who made it, and which. */
  readonly calls: string[] = [];
  /** Every message handled so far, with the calls that took, and how many could have come in its place. */
  readonly picks: { message: string; calls: number; others: number }[] = [];
  readonly deadLetters: { queue: QueueName; reason: string }[] = [];
  /** Messages that came to nothing, with the reason. */
  readonly failures: string[] = [];
  /** Settings of ingest; a deploy may change them at any time. */
  ingestSettings: IngestSettings = INGEST_SETTINGS;
  /** By how much (ms) the clock of an invocation is ahead. */
  clockAhead: (invocation: string) => number = () => 0;
  /** Called when SES takes a mail. */
  onMail: (to: string, digest: string) => void = () => undefined;
  /** Processes that stand still, to be woken up. */
  readonly paused: { wake: () => void; ended: Promise<unknown> }[] = [];
  #queue: Message[] = [];
  #nextId = 0;
  #sequence = 0;
  #late: Message[] = [];
  #fault: Fault | undefined;
  #askedAt = 0;
  #caller: Process = process('nobody');

  /** Goes on from here with another fault, or none. */
  withFault(fault: Fault | undefined): this {
    this.#fault = fault;
    return this;
  }

  /** A copy that shares nothing with this one. */
  fork(): Simulation {
    const copy = new Simulation();
    copy.now = this.now;
    copy.#nextId = this.#nextId;
    copy.#sequence = this.#sequence;
    copy.#queue = structuredClone(this.#queue);
    for (const name of ['objects', 'records', 'segments', 'deliveries', 'digests', 'limits'] as const)
      for (const [key, value] of this[name]) copy[name].set(key, structuredClone(value) as never);
    for (const ticker of this.tickers) copy.tickers.add(ticker);
    copy.subscribers.push(...structuredClone(this.subscribers));
    copy.mails.push(...this.mails);
    copy.calls.push(...this.calls);
    copy.picks.push(...this.picks);
    return copy;
  }

  /** The vendor puts a file into the bucket, which keeps every version. */
  dropFile(key: string, content: string): void {
    const etag = createHash('md5').update(content).digest('hex');
    this.objects.set(`${key} ${etag}`, { etag, content });
    const sequencer = (++this.#sequence).toString(16).padStart(16, '0').toUpperCase();
    const time = new Date(Math.floor(this.now / 1000) * 1000).toISOString();
    const object = { key, etag, size: Buffer.byteLength(content), sequencer };
    this.#send('deliveries', {
      'detail-type': DeliveryEventType.dropped,
      time,
      detail: { bucket: { name: 'drop' }, object },
    } satisfies DeliveryEvent);
  }

  /** Somebody asks the API, and asks again at once where the answer was lost. */
  async request(path: string, options: Parameters<ApiWorld['ask']>[1] = {}): Promise<number> {
    this.#askedAt = this.now;
    for (let tries = 0; tries < 3; tries++) {
      this.#caller = process(`${options.method ?? 'GET'} ${path.replace(/\?.*/, '')}`);
      const caller = this.#caller;
      const answer = await Promise.race([super.ask(path, options), caller.died]).catch(() => undefined);
      if (answer && answer.status < 500) return answer.status;
    }
    throw new Error(`${path} was not answered in three tries.`);
  }

  override apiPorts(): ApiPorts & ChartsPorts {
    const ports = super.apiPorts();
    return this.#through(this.#caller, {
      ...ports,
      now: () => this.#askedAt,
      orders: { send: async (event) => this.#send('deliveries', event) },
      mailer: { turn: async () => true, send: async (mail) => this.#mail(mail) },
    });
  }

  /**
   * Handles messages until there are none, and lets time pass as they ask.
   * @param only those of these queues: the others lag behind
   * @param isEnough true where the rest is to wait
   */
  async settle(only?: readonly QueueName[], isEnough: () => boolean = () => false): Promise<void> {
    for (let rounds = 0; !isEnough(); rounds++) {
      if (rounds > 2_000) throw new Error(`The messages do not come to an end: ${this.failures.slice(-3).join('; ')}`);
      if (this.#queue.length === 0) this.#queue.push(...this.#late.splice(0));
      const message = this.#pick(only);
      if (!message) return;
      await this.#deliver(message);
    }
  }

  /** The vendor, or a lifecycle rule, removes every version of a file. */
  removeFile(key: string): void {
    for (const name of this.objects.keys()) if (name.startsWith(`${key} `)) this.objects.delete(name);
  }

  /** Lets go of whoever stands still, and waits for their end. */
  async wakeUp(): Promise<void> {
    for (const { wake, ended } of this.paused.splice(0)) {
      wake();
      await ended;
    }
  }

  #send(queue: QueueName, body: unknown, delaySeconds = 0): void {
    const visibleAt = this.now + delaySeconds * 1000;
    // A queue holds text.
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

  /** Other messages of the same queue that could come now. */
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

  /** One invocation, or two of the same message; the message is done where one of them has handled it. */
  async #invokeAll(message: Message, fault: Fault | undefined): Promise<{ end: End; calls: number }> {
    const name = `${message.queue}#${message.id}`;
    if (fault?.kind === 'in-turns') {
      const { turns, end } = inTurns();
      const both = turns.map((turn, i) => this.#invoke(message, process(`${name} ${i}`, turn)).finally(() => end(i)));
      return { end: best(await Promise.all(both)), calls: 0 };
    }
    let twin: Promise<End> | undefined;
    const turn = async (call: number): Promise<void> => {
      if (!fault || !('call' in fault) || fault.call !== call) return;
      // Swapped, the one that would have come is the first again.
      if (fault.kind === 'meanwhile')
        return this.#handleMeanwhile(this.#beside(message)[fault.swapped ? 0 : fault.instead]);
      twin = this.#invoke(message, process(`${name} twin`));
      await twin;
    };
    const first = process(name, turn);
    const end = await this.#invoke(message, first);
    return { end: best([end, (await twin) ?? end]), calls: first.calls };
  }

  async #handleMeanwhile(message: Message | undefined): Promise<void> {
    if (!message) return;
    this.#queue = this.#queue.filter(({ id }) => id !== message.id);
    message.receives++;
    const end = await this.#invoke(message, process(`${message.queue}#${message.id} meanwhile`));
    if (end !== 'done') this.#retry(message, end);
  }

  async #invoke({ queue, body }: Message, caller: Process): Promise<End> {
    const ahead = this.clockAhead(caller.name);
    const now = () => this.now + ahead;
    const invocation = { id: caller.name, now, deadline: now() + TIMEOUT[queue] * 1000 };
    try {
      const handled = this.#handle(queue, body, caller, invocation);
      caller.ended = handled.catch(() => undefined);
      await Promise.race([handled, caller.died]);
      return 'done';
    } catch (error) {
      this.failures.push(`${caller.name}: ${error}`);
      return caller.dead || caller.abandoned ? 'died' : 'failed';
    }
  }

  async #handle(
    queue: QueueName,
    body: unknown,
    caller: Process,
    invocation: { id: string; now: () => number; deadline: number },
  ): Promise<void> {
    if (queue === 'deliveries') {
      const ports = this.#through(caller, this.#ingestPorts());
      await ingestDelivery(ports, this.ingestSettings, deliveryEvent.parse(body), invocation);
    } else if (queue === 'refreshed') {
      const ports = this.#through(caller, this.#fanOutPorts());
      const result: FanOutResult = await fanOut(ports, FAN_OUT_SETTINGS, refreshed.parse(body), invocation);
      if (result['not-sent'] > 0 && !result.handedOn) throw new Error(`${result['not-sent']} left to send`);
    } else {
      await takeFeedback(this.#through(caller, this.feedbackPorts()), mailEvent.parse(body));
    }
  }

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

  #fanOutPorts(): FanOutPorts {
    const mailer = { turn: async () => true, send: async (mail: RawMail) => this.#mail(mail) };
    return { ...this.ports(), refreshed: { send: this.#sendRefreshed }, mailer };
  }

  readonly #sendRefreshed = async (messages: readonly Refreshed[], delaySeconds = 0): Promise<void> => {
    for (const message of messages) this.#send('refreshed', message, delaySeconds);
  };

  /** SES takes a mail, and says what becomes of it; mail to the box called bounce comes back. */
  #mail({ to, raw, tags }: RawMail): SendOutcome {
    const digest = fromTag(tags[MailTag.digest] ?? '');
    const messageId = createHash('sha256').update(`${to} ${digest}`).digest('hex').slice(0, 16);
    this.mails.push({ to, raw: Buffer.from(raw).toString(), messageId, digest });
    this.onMail(to, digest);
    const time = new Date(this.now).toISOString();
    const mail = {
      messageId,
      timestamp: time,
      tags: Object.fromEntries(Object.entries(tags).map(([name, tag]) => [name, [tag]])),
    };
    const became = to.startsWith('bounce@')
      ? { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: 'General' } }
      : { eventType: 'Delivery' };
    for (const said of [{ eventType: 'Send' }, became])
      this.#send('events', { time, detail: { ...said, mail } }, FEEDBACK_SECONDS);
    return { status: 'sent', messageId };
  }

  #retry(message: Message, end: End): void {
    if (message.receives >= MAX_RECEIVES) {
      this.deadLetters.push({ queue: message.queue, reason: this.failures.at(-1) ?? '' });
      return;
    }
    const seconds =
      end === 'died'
        ? TIMEOUT[message.queue] * VISIBILITY_TIMEOUTS
        : Math.min(FIRST_RETRY_SECONDS * 2 ** (message.receives - 1), MAX_RETRY_SECONDS);
    this.#queue.push({ ...message, visibleAt: this.now + seconds * 1000 });
  }

  /** Ports whose calls are counted, take a moment, and may fail. */
  #through<T extends object>(caller: Process, ports: T, path = ''): T {
    return new Proxy(ports, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        const called = `${path}${String(name)}`;
        if (typeof member === 'object' && member !== null) return this.#through(caller, member, `${called}.`);
        if (typeof member !== 'function' || NO_CALLS.has(called)) return member;
        return (...args: unknown[]) => this.#call(caller, called, () => member.apply(target, args));
      },
    });
  }

  /** Nobody waits for it any longer, and it goes on when it is woken up. */
  async #standStill(caller: Process): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    caller.abandon();
    this.paused.push({ wake: resolve, ended: Promise.resolve().then(() => caller.ended) });
    await promise;
  }

  async #call(caller: Process, called: string, effect: () => unknown): Promise<unknown> {
    if (caller.dead) return never();
    await caller.turn(caller.calls++);
    const call = this.calls.push(`${caller.name} ${called}`) - 1;
    this.now++;
    const fault = this.#fault && !('pick' in this.#fault) ? this.#fault : undefined;
    const isHit = fault?.call === call;
    if (isHit && fault.kind === 'paused') await this.#standStill(caller);
    // The mailer turns a lost connection into an answer.
    const isMail = called === 'mailer.send';
    const lost = () => {
      if (isMail) return { status: 'unknown', reason: 'lost' };
      throw new CallFailed(called);
    };
    if (isHit && fault.kind === 'before') return lost();
    const result = await effect();
    if (isHit && fault.kind === 'after') return lost();
    if (isHit && fault.kind === 'death') {
      caller.kill();
      return never();
    }
    return result;
  }
}

/** Whoever handled a message deletes it. */
const best = (ends: End[]): End => (ends.includes('done') ? 'done' : (ends[0] ?? 'failed'));

const never = (): Promise<never> => new Promise(() => undefined);
