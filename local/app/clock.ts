import { readStateFile } from '../emulators/state-file.ts';
import { writeWhole } from '../emulators/write-whole.ts';

const EVERY_MS = 5_000;
/** Smaller corrections of the clock are normal. */
const TOLERATED_MS = 2_000;

/**
 * Reports when the clock was set back. Uploads keep their order (see s3-events.ts); other times in records and logs go back.
 * @param file keeps the latest time across restarts
 * @param onBack called with the seconds by which the clock went back
 */
export function watchClock(file: string, onBack: (seconds: number) => void): { stop(): Promise<void> } {
  let latest = readStateFile(file, (text) => timeIn(text), 0);
  const check = () => {
    const now = Date.now();
    if (now < latest - TOLERATED_MS) onBack(Math.round((latest - now) / 1000));
    latest = now;
    writeWhole(file, new Date(now).toISOString());
  };
  check();
  const timer = setInterval(check, EVERY_MS);
  return { stop: async () => clearInterval(timer) };
}

function timeIn(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`expected a time, found ${JSON.stringify(text.slice(0, 40))}`);
  return time;
}
