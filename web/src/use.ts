import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { Api } from './api.ts';

const POLL_MS = 2_000;

const ApiContext = createContext<Api | undefined>(undefined);
export const ApiProvider = ApiContext.Provider;

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('Expected an ApiProvider around the page.');
  return api;
}

export type Loaded<T> = { data: T | undefined; error: Error | undefined; reload: () => void };

/** Loads data, and again whenever one of `keys` changes. An outdated answer is ignored. */
export function useLoaded<T>(load: () => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: Error }>({});
  const latest = useRef(0);
  const key = JSON.stringify(keys);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` represents what `load` captures.
  const reload = useCallback(() => {
    const turn = ++latest.current;
    load().then(
      (data) => turn === latest.current && setState({ data }),
      (error: Error) => turn === latest.current && setState((before) => ({ ...before, error })),
    );
  }, [key]);
  useEffect(reload, [reload]);
  return { data: state.data, error: state.error, reload };
}

const DELAY_MS = 200;

/** A value once it stayed the same for a moment: while it is dragged or typed nothing is asked. */
export function useDelayed<T>(value: T): T {
  const [delayed, setDelayed] = useState(value);
  const key = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` represents the value.
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), DELAY_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return delayed;
}

/** Calls `poll` again and again while the page is visible, by default every two seconds. */
export function useWatch(poll: () => void, everyMs = POLL_MS): void {
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && poll(), everyMs);
    return () => clearInterval(timer);
  }, [poll, everyMs]);
}

/** Runs an action of the user: `busy` while it runs, `error` if it failed, `done` after it succeeded. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>) {
  const [state, setState] = useState<{ busy: boolean; error?: Error; done?: boolean }>({ busy: false });
  const run = (...args: A) => {
    // A busy button keeps the focus and does nothing.
    if (state.busy) return;
    setState({ busy: true });
    act(...args).then(
      () => setState({ busy: false, done: true }),
      (error: Error) => setState({ busy: false, error }),
    );
  };
  return { ...state, run };
}
