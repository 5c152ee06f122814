import { gunzipSync } from 'node:zlib';
import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import { fold } from '../../lambdas/domain/prices/fold.ts';
import type { MemoryWorld } from './memory-world.ts';

/** `2020-01-10 101` for each current observation of a ticker. */
export const closesOf = (world: MemoryWorld, ticker: string): string[] =>
  fold(ticker, world.current(ticker)).map(({ date, close }) => `${date} ${close}`);

export const refreshedIn = (world: MemoryWorld): Refreshed[] => world.messages.map(({ message }) => message);

/** The change list that the n-th message refers to. */
export const changesOf = (world: MemoryWorld, n = 0): string[] =>
  JSON.parse(gunzipSync(world.records.get(refreshedIn(world)[n]?.changes ?? '') ?? '').toString());
