import { dropAndIngest } from './drops.ts';
import { MemoryWorld } from './memory-world.ts';
import { aSubscriber } from './subscribers.ts';

/** An incremental file with a close of AAPL, and one of MSFT. */
export const file = (close: string, date = '2020-01-10') =>
  `ticker,close,date,action\nAAPL,${close},${date},I\nMSFT,50,${date},I\n`;

/** A world with a history of 9 January and the file of 10 January, whose message waits for fan-out. */
export async function twoDays(...subscribers: Parameters<typeof aSubscriber>[0][]): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  world.subscribers.push(...subscribers.map((overrides) => aSubscriber(overrides)));
  await dropAndIngest(
    world,
    '2020-01-09_history.csv',
    'ticker,close,date\nAAPL,100,2020-01-09\nMSFT,49,2020-01-09\n',
    '2020-01-09T21:00:00Z',
  );
  world.messages.length = 0;
  await dropAndIngest(world, '2020-01-10_incremental.csv', file('101'), '2020-01-10T21:00:00Z');
  return world;
}
