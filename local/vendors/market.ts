import { hash } from 'node:crypto';
import { addDays, dayNumber } from '../../lambdas/contracts/dates.ts';
import { exchangeOf } from '../../lambdas/contracts/exchange.ts';
import { CALENDARS, localTime, openAt } from '../../lambdas/domain/calendar/sessions.ts';
import type { VendorWorld } from './vendor.ts';

/** Prices move by this share around a slow wave. */
const NOISE = 0.02;
const WAVE = 0.15;
const WAVE_DAYS = 35;

/** A number from 0 to 1 that belongs to a text. */
const fraction = (text: string): number => Number.parseInt(hash('sha256', text, 'hex').slice(0, 8), 16) / 0xffffffff;

/** A bar of our own market: as it was traded. `volume`: shares. */
export type Bar = { date: string; open: number; high: number; low: number; close: number; volume: number };

const cents = (value: number): number => Math.round(value * 100) / 100;

/** The close of a ticker, before its split in old shares. */
function closeOn(ticker: string, date: string, { splits }: VendorWorld): number {
  const base = 20 + Math.round(fraction(ticker) * 280);
  const wave = WAVE * Math.sin(dayNumber(date) / WAVE_DAYS + 6 * fraction(`${ticker} wave`));
  const noise = NOISE * (2 * fraction(`${ticker} ${date}`) - 1);
  const split = splits.get(ticker);
  return cents(base * (1 + wave + noise) * (split && date < split.date ? split.ratio : 1));
}

function barOn(ticker: string, date: string, world: VendorWorld): Bar {
  const close = closeOn(ticker, date, world);
  const open = cents(close * (1 + NOISE * (fraction(`${ticker} ${date} open`) - 0.5)));
  const top = cents(Math.max(open, close) * (1 + (NOISE / 2) * fraction(`${ticker} ${date} high`)));
  const bottom = cents(Math.min(open, close) * (1 - (NOISE / 2) * fraction(`${ticker} ${date} low`)));
  const volume = 1_000_000 + Math.round(fraction(`${ticker} ${date} volume`) * 9_000_000);
  return { date, open, high: top, low: bottom, close, volume };
}

/** The instant (ms since 1970) of a local time at the exchange of a ticker. */
export function instantOf(ticker: string, date: string, time: string): number {
  const { timeZone } = CALENDARS[exchangeOf(ticker)];
  const guess = Date.parse(`${date}T${time}:00Z`);
  const shown = localTime(timeZone, guess);
  return guess - (Date.parse(`${shown.date}T${shown.time}:00Z`) - guess);
}

export const openOf = (ticker: string, date: string): number => openAt(CALENDARS[exchangeOf(ticker)], date);

/** The bars of weekdays from a date to another, up to now. A session in progress has a bar too. */
export function barsOf(ticker: string, from: string, to: string, world: VendorWorld): Bar[] {
  const bars: Bar[] = [];
  for (let date = from; date <= to && openOf(ticker, date) <= world.now(); date = addDays(date, 1)) {
    const weekday = dayNumber(date) % 7;
    // 1 January 1970 was a Thursday.
    if (weekday !== 2 && weekday !== 3) bars.push(barOn(ticker, date, world));
  }
  return bars;
}

/** The same on the scale after the splits of a ticker, as some vendors have it. */
export function adjustedBars(ticker: string, from: string, to: string, world: VendorWorld): Bar[] {
  const split = world.splits.get(ticker);
  return barsOf(ticker, from, to, world).map((bar) => {
    if (!split || bar.date >= split.date) return bar;
    const { ratio } = split;
    const { date, open, high, low, close, volume } = bar;
    return {
      date,
      open: open / ratio,
      high: high / ratio,
      low: low / ratio,
      close: close / ratio,
      volume: volume * ratio,
    };
  });
}

const HEADLINES = [
  ['{} beats estimates, shares surge', 'A very strong quarter: revenue rose again.'],
  ['{} misses forecasts as sales slump', 'The outlook is weak, and margins fall.'],
  ['{} opens a new office', 'Nothing about its numbers.'],
  ['Analysts upgrade {} after a good year', 'They are not worried about costs.'],
];

/** The articles of a day about a ticker. */
export const articlesOf = (
  ticker: string,
  date: string,
): { id: number; headline: string; summary: string; at: number }[] =>
  [0, 1].map((n) => {
    const [headline = '', summary = ''] =
      HEADLINES[Math.floor(fraction(`${ticker} ${date} ${n}`) * HEADLINES.length)] ?? [];
    const id = Math.round(fraction(`${ticker} ${date} article ${n}`) * 1e9);
    return { id, headline: headline.replace('{}', ticker), summary, at: Date.parse(`${date}T0${n + 1}:15:00Z`) };
  });
