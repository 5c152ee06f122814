import { ApiWorld } from './api-world.ts';
import { EXAMPLE_HISTORY, EXAMPLE_INCREMENTAL } from './deliveries.ts';
import { dropAndIngest } from './drops.ts';

export const ADA = 'ada@example.com';

/** A world with a history and an incremental file of three tickers. */
export async function withExamples(): Promise<ApiWorld> {
  const world = new ApiWorld();
  await dropAndIngest(world, '2023-04-01_history.csv', EXAMPLE_HISTORY);
  await dropAndIngest(world, '2023-04-02_incremental.csv', EXAMPLE_INCREMENTAL);
  return world;
}

/** Follows a ticker with the window of the preferences. */
export const follow = (world: ApiWorld, ticker: string, as = ADA): Promise<Response> =>
  world.ask(`/subscriptions/${ticker}`, { method: 'PUT', as, body: {} });
