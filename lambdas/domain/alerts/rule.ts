import type { Alert, AlertRule, Condition } from '../../contracts/alert.ts';
import { addDays } from '../../contracts/dates.ts';
import type { Subscriber } from '../../contracts/subscriber.ts';
import { newYorkClose, newYorkDate } from '../calendar/new-york.ts';
import { commonFactor } from '../prices/rescaled.ts';
import type { Series } from '../prices/series.ts';
import type { AlertInputs, Numbers } from './inputs.ts';

/** Closes of the start that are kept: enough to tell a rescaled history from a corrected close. */
const START_CLOSES = 5;
/** A close whose date is further ahead is a mistake. */
const MAX_DAYS_AHEAD = 31;
/** Days before the start that every replay reads: they only prepare averages and highs. */
export const WARM_UP_DAYS = 400;

/** Default re-arm band: per cent, for RSI points. */
const BANDS: Record<Condition['kind'], number> = {
  price: 0.5,
  change: 0.5,
  volume: 0.5,
  average: 0.5,
  range: 2,
  rsi: 2,
};

/** The New York date at a time (ms since 1970); before the close at 16:00 the day before. */
export function startDate(at: number): string {
  const today = newYorkDate(at);
  return at < Date.parse(newYorkClose(today)) ? addDays(today, -1) : today;
}

/** Where an alert that is made now starts. @param series of its ticker, if there is one */
export function startNow(series: Series | undefined, at: number): Alert['start'] {
  // A close that is known already must not fire, even if its date is later.
  const latest = addDays(startDate(at), MAX_DAYS_AHEAD);
  const date =
    [startDate(at), series?.last.date ?? '']
      .filter((one) => one <= latest)
      .sort()
      .at(-1) ?? startDate(at);
  const known = series?.observations.filter((one) => one.date <= date && !series.suspects.has(one.date)) ?? [];
  return { date, closes: known.slice(-START_CLOSES).map((one) => ({ date: one.date, close: one.close })) };
}

/** An alert as it is replayed. A subscriber who resumed after a pause is told only what comes after it. */
export function ruleOf(
  { condition, repeat, band, start }: Pick<Alert, 'condition' | 'repeat' | 'band' | 'start'>,
  { pausedUntil, resumedAt }: Pick<Subscriber, 'pausedUntil' | 'resumedAt'> = {},
): AlertRule {
  const resumed = resumedAt === undefined ? '' : startDate(Date.parse(resumedAt));
  const after = [start.date, pausedUntil ?? '', resumed].sort().at(-1) ?? start.date;
  return { condition, repeat, band: band ?? BANDS[condition.kind], start, after };
}

/**
 * First date (ISO) of which a rule needs observations. The closes known at its start may be old: without them the condition would be
 * unknown there.
 */
export function neededFrom({ after, start }: Pick<AlertRule, 'after' | 'start'>): string {
  const first = [after, start.date, ...start.closes.map(({ date }) => date)].sort()[0] ?? after;
  return addDays(first, -WARM_UP_DAYS);
}

/** The numbers that a rule uses: from its warm-up on. */
export const numbersFor = (rule: Pick<AlertRule, 'after' | 'start'>, inputs: AlertInputs): Numbers =>
  inputs.from(neededFrom(rule));

/** What a price of the start is divided by: `split` for declared splits, `rescale` if the vendor rescaled its history. */
type Scale = {
  split: number;
  rescale: number;
  /** Decimal places of the rescaled closes. */
  places: number;
};

/**
 * The scale of the series, against that of the start: the declared splits since then that the closes show, and the factor by which the
 * vendor rescaled the closes known at the start.
 */
export function scaleSince({ date: started, closes }: Alert['start'], { splits, observations }: Series): Scale {
  const split = splits
    .filter(({ kind, closes: shown, date }) => kind === 'declared' && shown === 'raw' && date > started)
    .reduce((all, { ratio }) => all * ratio, 1);
  const current = new Map(
    closes.length > 0
      ? observations.filter(({ date }) => date >= (closes[0]?.date ?? '')).map((one) => [one.date, one.close])
      : [],
  );
  const pairs = closes.flatMap(({ date, close }) => {
    const now = current.get(date);
    return now === undefined ? [] : [{ was: close, now }];
  });
  const places = Math.max(0, ...pairs.map(({ now }) => now.split('.')[1]?.length ?? 0));
  return { split, rescale: commonFactor(pairs) ?? 1, places };
}
