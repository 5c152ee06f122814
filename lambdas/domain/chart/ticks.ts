import { monthName, shortDate } from '../../contracts/dates.ts';

export type DateTick = { x: number; label: string };

const DAY_MS = 86_400_000;
const isoDate = (x: number): string => new Date(x * DAY_MS).toISOString().slice(0, 10);

/** Round values between `low` and `high`, about `wanted` of them. */
export function valueTicks(low: number, high: number, wanted: number): number[] {
  const raw = (high - low) / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5].find((m) => m * magnitude >= raw) ?? 10) * magnitude;
  const count = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (Math.ceil(low / step - 1e-9) + i) * step);
}

/** The fewest decimals (0 to 12) that write every tick exactly. */
export const decimalsOf = (ticks: readonly number[]): number => {
  for (let decimals = 0; decimals < 12; decimals++) {
    const unit = 10 ** -decimals;
    if (ticks.every((t) => Math.abs(t - Number(t.toFixed(decimals))) < unit * 1e-6 + Math.abs(t) * 1e-12))
      return decimals;
  }
  return 12;
};

/** Ticks at days, weeks, months or years, at most seven; `from` and `to` in days since 1970. */
export function dateTicks(from: number, to: number): DateTick[] {
  const span = to - from;
  if (span < 1) return [{ x: from, label: shortDate(isoDate(from)) }];
  const margin = span * 0.03;
  const inside = ({ x }: DateTick) => x >= from + margin && x <= to - margin;
  if (span <= 49) return everyDays(from, to, Math.max(1, Math.ceil(span / 7 / 7) * (span < 8 ? 1 : 7))).filter(inside);
  const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((m) => span / (m * 30.44) <= 7) ?? 600;
  return everyMonths(from, to, months).filter(inside);
}

function everyDays(from: number, to: number, days: number): DateTick[] {
  // Day 4 of the epoch, 5 January 1970, was a Monday: weeks are labelled on Mondays.
  const first = days === 1 ? Math.ceil(from) : Math.ceil((from - 4) / 7) * 7 + 4;
  const ticks: DateTick[] = [];
  for (let x = first; x <= to; x += days) ticks.push({ x, label: shortDate(isoDate(x)) });
  return ticks;
}

function everyMonths(from: number, to: number, months: number): DateTick[] {
  const start = new Date(from * DAY_MS);
  const ticks: DateTick[] = [];
  for (
    let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
    ;
    month += months
  ) {
    const x = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
    if (x > to) return ticks;
    ticks.push({ x, label: month % 12 === 0 ? String(month / 12) : monthName(isoDate(x)) });
  }
}
