/** The one fault of a run. */
export type Fault =
  /** A port call fails before or after its effect, or the process crashes after it. */
  | { kind: 'before' | 'after' | 'crash'; call: number }
  /** A message is delivered again directly after it was handled, or after all others. */
  | { kind: 'twice' | 'late'; pick: number }
  /** Another visible message of the queue is delivered first. */
  | { kind: 'reordered'; pick: number; instead: number }
  /** A message is delivered to two invocations; the second runs completely before this call of the first. */
  | { kind: 'twin'; pick: number; call: number }
  /** Another message of the queue is handled completely before this call; `swapped`: the other one is interrupted. */
  | { kind: 'meanwhile'; pick: number; call: number; instead: number; swapped?: true }
  /** The process is paused before the effect of this call until it is resumed; its caller assumes that it crashed. */
  | { kind: 'paused'; call: number }
  /** Like twin, but the two make their calls alternately. */
  | { kind: 'in-turns'; pick: number };

export class CallFailed extends Error {}
class Crashed extends Error {}

/** One invocation of a function, or one request: the origin of port calls. */
export type Caller = {
  name: string;
  /** Awaited before each call, so that another caller can run in between. */
  turn: (call: number) => Promise<void>;
  calls: number;
  isCrashed: boolean;
  /** Rejects when the caller crashes or is abandoned. */
  crashed: Promise<never>;
  crash: () => void;
  /** True if nothing waits for it any more, although it still runs. */
  isAbandoned: boolean;
  abandon: () => void;
  /** Settles when its invocation has ended. */
  ended: Promise<unknown>;
};

export function newCaller(name: string, turn: Caller['turn'] = async () => undefined): Caller {
  const { promise: crashed, reject } = Promise.withResolvers<never>();
  // Not every caller is raced against it.
  crashed.catch(() => undefined);
  const made: Caller = {
    name,
    turn,
    calls: 0,
    isCrashed: false,
    isAbandoned: false,
    ended: Promise.resolve(),
    crashed,
    abandon() {
      made.isAbandoned = true;
      reject(new Crashed(name));
    },
    crash() {
      made.isCrashed = true;
      reject(new Crashed(name));
    },
  };
  return made;
}

/** Turns for two callers that make their calls alternately, until one of them ends. */
export function inTurns(): { turns: [Caller['turn'], Caller['turn']]; end: (which: number) => void } {
  let current = 0;
  const ended = [false, false];
  const waiting: (() => void)[] = [];
  const resumeAll = () => {
    for (const resume of waiting.splice(0)) resume();
  };
  const turnOf = (own: number) => async () => {
    while (current !== own && !ended[1 - own]) await new Promise<void>((resolve) => waiting.push(resolve));
    current = 1 - own;
    resumeAll();
  };
  return {
    turns: [turnOf(0), turnOf(1)],
    end(which) {
      ended[which] = true;
      resumeAll();
    },
  };
}

/** How an invocation ended. */
export type End = 'done' | 'failed' | 'crashed';

/** The invocation that handled a message deletes it. */
export const best = (ends: End[]): End => (ends.includes('done') ? 'done' : (ends[0] ?? 'failed'));

export const never = (): Promise<never> => new Promise(() => undefined);
