import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { Api } from './api.ts';

const LOOK_AGAIN_MS = 2_000;

const ApiContext = createContext<Api | undefined>(undefined);
export const ApiProvider = ApiContext.Provider;

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('Expected a page inside of ApiProvider.');
  return api;
}

export type Loaded<T> = { data: T | undefined; error: Error | undefined; reload: () => void };

/** What a load gives, again whenever one of `keys` changes; an overtaken answer is dropped. */
export function useLoaded<T>(load: () => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: Error }>({});
  const latest = useRef(0);
  const key = JSON.stringify(keys);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for what `load` closes over.
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

/** Calls `look` every two seconds while somebody watches. */
export function useWatch(look: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && look(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [look]);
}

/** Runs something the user asked for: `busy` while it runs, `error` if it failed, `done` as soon as it worked. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>) {
  const [state, setState] = useState<{ busy: boolean; error?: Error; done?: boolean }>({ busy: false });
  const run = (...args: A) => {
    // A button that is busy keeps the focus, and does nothing.
    if (state.busy) return;
    setState({ busy: true });
    act(...args).then(
      () => setState({ busy: false, done: true }),
      (error: Error) => setState({ busy: false, error }),
    );
  };
  return { ...state, run };
}
