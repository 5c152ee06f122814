import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dropFile } from './drop-file.ts';
import type { Endpoints } from './endpoints.ts';
import { settled } from './settled.ts';
import { subscribe } from './subscribers.ts';

const SAMPLES = join(import.meta.dirname, '../../samples');

/** Adds the sample subscribers and uploads the sample files by name, which is by date. */
export async function addSamples(endpoints: Endpoints): Promise<void> {
  await subscribe(endpoints, 'ada@example.com', ['AAPL', 'MSFT', 'AMZN', 'GOOGL', 'NVDA', 'JPM', 'XOM', 'KO']);
  await subscribe(endpoints, 'grace@example.com', ['AAPL', 'DIS', 'NFLX'], { window: 365, theme: 'dark' });
  await subscribe(endpoints, 'linus@example.com', ['GE', 'BA', 'AMD'], { window: 30 });
  await subscribe(endpoints, 'example@example.com', ['Ticker-1', 'Ticker-2', 'Ticker-3'], { window: 365 });
  // The example first, so that the newest mails in the inbox are about the others.
  for (const folder of [join(SAMPLES, 'example'), SAMPLES]) {
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith('.csv'))
      .sort()) {
      await dropFile(endpoints, join(folder, file));
      // One file after the other, so that the inbox has a mail for each.
      await settled(endpoints);
    }
  }
}
