export class Fault extends Error {}

/** Members that are no calls. */
const NO_CALLS = new Set(['warn', 'decided', 'alerted', 'progress', 'random', 'wait']);

type Call = (...args: unknown[]) => Promise<unknown>;

/** Wraps every method of ports, nested ones too. `path` is like `prices.writeSegments`. */
function wrapCalls<T extends object>(ports: T, wrap: (path: string, call: Call) => Call, path = ''): T {
  return new Proxy(ports, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      const memberPath = `${path}${String(name)}`;
      if (typeof member === 'object' && member !== null) return wrapCalls(member, wrap, `${memberPath}.`);
      if (typeof member !== 'function' || NO_CALLS.has(String(name))) return member;
      return wrap(memberPath, async (...args) => member.apply(target, args));
    },
  });
}

/** Ports of which the call with this number fails once, before or after its effect. */
export function withFault<T extends object>(
  ports: T,
  failing: { call: number; when: 'before' | 'after' },
): { ports: T; calls(): number } {
  let calls = 0;
  const wrapped = wrapCalls(ports, (path, call) => async (...args) => {
    const number = calls++;
    if (number === failing.call && failing.when === 'before') throw new Fault(`before ${path}`);
    const result = await call(...args);
    if (number === failing.call) throw new Fault(`after ${path}`);
    return result;
  });
  return { ports: wrapped, calls: () => calls };
}

/** Ports of a process that crashes after so many calls: the last one has its effect, later ones do not happen. */
export function crashingAfter<T extends object>(ports: T, calls: number): { ports: T; made: string[] } {
  const made: string[] = [];
  const wrapped = wrapCalls(ports, (path, call) => async (...args) => {
    if (made.length >= calls) throw new Fault('crashed');
    made.push(path);
    const result = await call(...args);
    if (made.length >= calls) throw new Fault('crashes');
    return result;
  });
  return { ports: wrapped, made };
}

/** Ports of a process that crashes after its first call of a path: that call has its effect, later ones do not happen. */
export function crashingAt<T extends object>(ports: T, at: string): T {
  let isDead = false;
  return wrapCalls(ports, (path, call) => async (...args) => {
    if (isDead) throw new Fault('crashed');
    const result = await call(...args);
    isDead = path === at;
    if (isDead) throw new Fault('crashes');
    return result;
  });
}

/** Ports before whose call with this number something else happens. */
export function interruptedAt<T extends object>(ports: T, at: number, act: () => Promise<void>): T {
  let calls = 0;
  return wrapCalls(ports, (_path, call) => async (...args) => {
    if (calls++ === at) await act();
    return call(...args);
  });
}
