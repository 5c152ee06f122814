/** What goes wrong, once, in one run of the scenario. */
export type Fault =
  /** A port call fails before or after its effect, or the process dies after it. */
  | { kind: 'before' | 'after' | 'death'; call: number }
  /** A message is delivered again when it has been handled, or when all else is done. */
  | { kind: 'twice' | 'late'; pick: number }
  /** Of the messages of one queue that are visible, another one comes first. */
  | { kind: 'reordered'; pick: number; instead: number }
  /** A message is delivered to two invocations; the second runs whole before this call of the first. */
  | { kind: 'twin'; pick: number; call: number }
  /** Another message of the queue is handled whole before this call; swapped, it is the other that is interrupted. */
  | { kind: 'meanwhile'; pick: number; call: number; instead: number; swapped?: true }
  /** The process stands still before the effect of this call, until it is woken up; whoever waits for it takes it for dead. */
  | { kind: 'paused'; call: number }
  /** As twin, but each making one call after the other. */
  | { kind: 'in-turns'; pick: number };

export class CallFailed extends Error {}
class ProcessDied extends Error {}

/** One invocation of a function, or one request: what its port calls go through. */
export type Process = {
  name: string;
  /** Awaited before each call; lets another process run in between. */
  turn: (call: number) => Promise<void>;
  calls: number;
  dead: boolean;
  /** Rejects when the process dies. */
  died: Promise<never>;
  kill: () => void;
  /** True once nobody waits for it, though it lives. */
  abandoned: boolean;
  abandon: () => void;
  /** Settles when its invocation has ended, however. */
  ended: Promise<unknown>;
};

export function process(name: string, turn: Process['turn'] = async () => undefined): Process {
  const { promise: died, reject } = Promise.withResolvers<never>();
  // Whoever races against it looks; nobody else need.
  died.catch(() => undefined);
  const made: Process = {
    name,
    turn,
    calls: 0,
    dead: false,
    abandoned: false,
    ended: Promise.resolve(),
    died,
    abandon() {
      made.abandoned = true;
      reject(new ProcessDied(name));
    },
    kill() {
      made.dead = true;
      reject(new ProcessDied(name));
    },
  };
  return made;
}

/** Two processes that make one call after the other, for as long as both have calls to make. */
export function inTurns(): { turns: [Process['turn'], Process['turn']]; end: (which: number) => void } {
  let whose = 0;
  const ended = [false, false];
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const go of waiting.splice(0)) go();
  };
  const turnOf = (mine: number) => async () => {
    while (whose !== mine && !ended[1 - mine]) await new Promise<void>((resolve) => waiting.push(resolve));
    whose = 1 - mine;
    wake();
  };
  return {
    turns: [turnOf(0), turnOf(1)],
    end(which) {
      ended[which] = true;
      wake();
    },
  };
}
