import { readStateFile } from './state-file.ts';
import { writeWhole } from './write-whole.ts';

const EVERY_MS = 5_000;
/** Clocks are corrected by moments all the time. */
const TOLERATED_MS = 2_000;

/**
 * Watches the clock: one that was set back makes what is dropped now look older than what was dropped before.
 * @param file keeps the latest time there was, across restarts
 * @param tell is told how far (seconds) the clock went back
 */
export function watchClock(file: string, tell: (secondsBack: number) => void): { stop(): Promise<void> } {
  let latest = readStateFile(file, (text) => timeIn(text), 0);
  const look = () => {
    const now = Date.now();
    if (now < latest - TOLERATED_MS) tell(Math.round((latest - now) / 1000));
    latest = now;
    writeWhole(file, new Date(now).toISOString());
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return { stop: async () => clearInterval(timer) };
}

function timeIn(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`expected a time, found ${JSON.stringify(text.slice(0, 40))}`);
  return time;
}
