import type { ChartWindow, Theme } from '../../contracts/chart-options.ts';
import { addDays, longDate, windowStart } from '../../contracts/dates.ts';
import { formatChange, formatCount, formatPriceOf, formatShort, ratioText } from '../../contracts/format.ts';
import { type AlertMarks, NO_MARKS } from '../alerts/alert-marks.ts';
import { axisDays } from '../calendar/axis-days.ts';
import { sma } from '../indicators/averages.ts';
import type { Observation } from '../prices/fold.ts';
import { commonFactor } from '../prices/rescaled.ts';
import { firstIndexFrom, type Series } from '../prices/series.ts';
import type { Split } from '../prices/splits.ts';
import { dotsOf, maxStepOf, withGaps } from './chart-line.ts';

/** A point of the chart: x is the index of its day in `days`, y a close or volume. */
export type Point = { x: number; y: number };
type LabelledPoint = Point & { text: string };

/** Everything a chart displays. Numbers are floats, for drawing only. */
export type ChartModel = {
  ticker: string;
  /** Name of the company; empty if the vendor sends none. */
  company: string;
  theme: Theme;
  /** `past 90 days`, or `since 10 Jan 2020` if there are no earlier closes. */
  rangeText: string;
  lastText: string;
  dateText: string;
  changeText: string;
  /** Of the change as it is written: `±0.00 %` is flat. */
  direction: 'up' | 'down' | 'flat';
  lastIsSuspect: boolean;
  /** The last close that is not suspect, with its date; empty if there is none. */
  trustedText: string;
  trustedDateText: string;
  /** Days of the time axis (ISO), see axisDays. */
  days: readonly string[];
  /** The closes of the window without suspects. */
  points: readonly Point[];
  /** Like points, with y = NaN at gaps in the data and before the first average. */
  line: readonly Point[];
  /** Points that are drawn as dots. */
  dots: readonly Point[];
  sma20: readonly Point[];
  sma50: readonly Point[];
  volumes: readonly Point[];
  /** The largest volume: `80.1M`. */
  volumeText: string;
  high: LabelledPoint;
  low: LabelledPoint;
  last: LabelledPoint;
  suspects: readonly LabelledPoint[];
  corrections: readonly Point[];
  /** Thresholds of price alerts, and the closes on which they fired. */
  thresholds: readonly { y: number; text: string }[];
  fires: readonly Point[];
  /** One sentence for alt texts and screen readers. */
  description: string;
};

/** The data of a window may begin this much later: over a weekend and holidays. */
const LATE_START_DAYS = 7;

export function chartModel(
  series: Series,
  window: ChartWindow | number,
  theme: Theme,
  { marks = NO_MARKS, company = '' }: { marks?: AlertMarks; company?: string | undefined } = {},
): ChartModel {
  const start = windowStart(series.last.date, window);
  const observed = series.adjusted.slice(firstIndexFrom(series.adjusted, start));
  const days = axisDays(
    series.ticker,
    observed.map(({ date }) => date),
  );
  const indexes = new Map(days.map((day, i) => [day, i]));
  const shown = observed.map((observation) => pointOf(observation, indexes));
  const isSuspect = ({ observation }: ObservedPoint) => series.suspects.has(observation.date);
  const suspects = shown.filter(isSuspect);
  // Line and scale ignore suspects: one wrong close would flatten all others.
  const trusted = suspects.length < shown.length ? shown.filter((point) => !isSuspect(point)) : shown;
  const lastTrusted = trusted[trusted.length - 1] ?? pointOf(series.last, indexes);
  const trustedClose = series.adjusted.findLast(({ date }) => !series.suspects.has(date));
  const maxStep = maxStepOf(trusted);
  const average = averages(series, indexes, maxStep);
  const lastIsSuspect = series.suspects.has(series.last.date);
  // A suspect close has no change: the line and its colour end with the last trusted close.
  const change = (trusted.at(-1)?.y ?? 1) / (trusted[0]?.y ?? 1) - 1;
  const first = observed[0]?.date ?? '';
  const split = series.splits.findLast(({ kind, date }) => kind === 'probable' && date > first);
  const volumes = shown.flatMap(({ x, observation: { volume } }) => (volume ? [{ x, y: Number(volume) }] : []));
  const model = {
    ticker: series.ticker,
    company,
    theme,
    rangeText: split ? splitText(split) : rangeText(first, start, window),
    lastText: formatPriceOf(series.ticker, series.last.close),
    lastIsSuspect,
    trustedText: trustedClose ? formatPriceOf(series.ticker, trustedClose.close) : '',
    trustedDateText: trustedClose ? longDate(trustedClose.date) : '',
    dateText: longDate(series.last.date),
    changeText: shown.length > 1 && !lastIsSuspect && !split ? formatChange(change, 2) : '',
    direction: directionOf(change),
    days,
    points: trusted,
    line: withGaps(trusted, maxStep),
    dots: dotsOf(trusted, maxStep),
    sma20: average(20),
    sma50: average(50),
    volumes,
    volumeText: formatCount(volumes.reduce((most, { y }) => Math.max(most, y), 0)),
    high: labelled(trusted.reduce((a, b) => (b.y > a.y ? b : a))),
    low: labelled(trusted.reduce((a, b) => (b.y < a.y ? b : a))),
    last: labelled(lastTrusted),
    suspects: suspects.map(labelled),
    corrections: ringsOf(trusted),
    thresholds: marks.thresholds.map((threshold) => ({ y: Number(threshold), text: formatShort(threshold) })),
    fires: trusted.filter(({ observation }) => marks.fires.includes(observation.date)),
  };
  return { ...model, description: describe(model) };
}

const rangeText = (first: string, start: string, window: number): string => {
  if (first > addDays(start, LATE_START_DAYS)) return `since ${longDate(first)}`;
  return window === 365 ? 'past year' : `past ${window} days`;
};

const directionOf = (change: number): ChartModel['direction'] => {
  const text = formatChange(change, 2);
  return text.startsWith('+') ? 'up' : text.startsWith('±') ? 'flat' : 'down';
};

/** Simple moving averages over the trusted closes, also over those before the chart. */
function averages({ adjusted, suspects }: Series, indexes: ReadonlyMap<string, number>, maxStep: number) {
  const trusted = adjusted.filter(({ date }) => !suspects.has(date));
  const closes = trusted.map(({ close }) => Number(close));
  return (n: number): Point[] => {
    const values = sma(closes, n);
    const points = trusted.flatMap(({ date }, i) => {
      const x = indexes.get(date);
      return x === undefined ? [] : [{ x, y: values[i] ?? Number.NaN }];
    });
    return withGaps(points, maxStep);
  };
}

/** `may be a 4:1 split on 9 Jan 2020` */
const splitText = ({ ratio, date }: Split): string => `may be a ${ratioText(ratio)} split on ${longDate(date)}`;

/** Corrected closes; none if one factor explains them all: the whole history was rescaled. */
function ringsOf(points: readonly ObservedPoint[]): Point[] {
  const corrected = points.filter(({ observation }) => observation.corrects !== undefined);
  const pairs = corrected.map(({ observation }) => ({ was: observation.corrects ?? '', now: observation.close }));
  // All closes up to the last corrected one.
  const last = corrected.at(-1)?.x ?? 0;
  const isWhole = points.filter(({ x }) => x <= last).length === corrected.length;
  return isWhole && commonFactor(pairs) !== undefined ? [] : corrected;
}

type ObservedPoint = Point & { observation: Observation };

const pointOf = (observation: Observation, indexes: ReadonlyMap<string, number>): ObservedPoint => ({
  x: indexes.get(observation.date) ?? 0,
  y: Number(observation.close),
  observation,
});

const labelled = ({ x, y, observation }: ObservedPoint): LabelledPoint => ({
  x,
  y,
  text: formatShort(observation.close),
});

function describe(model: Omit<ChartModel, 'description'>): string {
  const { ticker, rangeText, points, lastText, lastIsSuspect, dateText, changeText, high, low, suspects } = model;
  const others = suspects.length - Number(lastIsSuspect);
  return [
    `${ticker}, ${rangeText}: last close ${lastText} on ${dateText}${lastIsSuspect ? ' (suspect)' : ''}`,
    points.length > 1 ? `${changeText && `, ${changeText}`}; high ${high.text}, low ${low.text}` : '',
    others > 0 ? `; ${others} ${lastIsSuspect ? 'more suspect' : 'suspect'} ${others === 1 ? 'close' : 'closes'}` : '',
    model.corrections.length > 0 ? `; ${model.corrections.length} corrected` : '',
    model.thresholds.length > 0 ? `; alert at ${model.thresholds.map(({ text }) => text).join(' and ')}` : '',
    model.fires.length > 0 ? `, fired ${model.fires.length === 1 ? 'once' : `${model.fires.length} times`}` : '',
    '.',
  ].join('');
}
