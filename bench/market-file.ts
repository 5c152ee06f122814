import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { addDays } from '../lambdas/contracts/dates.ts';

/** Time and sequencer of every uploaded file. */
export const UPLOADED = { at: '2019-12-31T21:00:00.000Z', sequencer: '01' };

const MARKET = join(import.meta.dirname, '../../shared/market/2019-12-31_history.csv.gz');

/** The last `count` weekdays up to a date, oldest first. */
function weekdays(last: string, count: number): string[] {
  const days: string[] = [];
  for (let day = last; days.length < count; day = addDays(day, -1)) {
    if (![0, 6].includes(new Date(day).getUTCDay())) days.unshift(day);
  }
  return days;
}

export const tickerName = (i: number): string => `T${String(i).padStart(4, '0')}`;

/** A close of a deterministic series, two decimals. */
export const closeOf = (ticker: number, day: number): string =>
  (20 + (ticker % 400) + 8 * Math.sin(day / 40 + ticker) + Math.sin(day * 1.7 + ticker * 3)).toFixed(2);

/** Writes a gzipped history, date by date. @returns number of rows */
export async function writeHistory(file: string, tickers: number, days: number): Promise<number> {
  const dates = weekdays('2019-12-31', days);
  function* text() {
    yield 'ticker,Closing Val,Timestamp\n';
    for (const [day, date] of dates.entries()) {
      let block = '';
      for (let t = 0; t < tickers; t++) block += `${tickerName(t)},${closeOf(t, day)},${date}\n`;
      yield block;
    }
  }
  await pipeline(Readable.from(text()), createGzip({ level: 1 }), createWriteStream(file));
  return tickers * days;
}

/** The real history if it exists, or a generated one of the same size. */
export async function historyFile(folder: string): Promise<{ file: string; what: string }> {
  if (existsSync(MARKET)) return { file: MARKET, what: 'real history, 482 tickers' };
  const file = join(folder, '2019-12-31_history.csv.gz');
  await writeHistory(file, 482, 1222);
  return { file, what: 'generated history, 482 tickers' };
}
