import type { ChartWindow, Theme } from '../../contracts/chart-options.ts';
import { dayNumber, longDate, windowStart } from '../../contracts/dates.ts';
import { formatChange, formatPrice, formatPriceOf, ratioText } from '../../contracts/format.ts';
import { type AlertMarks, NO_MARKS } from '../alerts/alert-marks.ts';
import { sma } from '../indicators/averages.ts';
import type { Observation } from '../prices/fold.ts';
import { commonFactor } from '../prices/rescaled.ts';
import { firstIndexFrom, type Series, usualStep } from '../prices/series.ts';
import type { Split } from '../prices/splits.ts';

/** A point of the chart: x in days since 1970, y a close or volume. */
export type Point = { x: number; y: number };
export type LabelledPoint = Point & { text: string };

/** Everything a chart displays. Numbers are floats, for drawing only. */
export type ChartModel = {
  ticker: string;
  theme: Theme;
  /** `past 90 days` */
  rangeText: string;
  lastText: string;
  dateText: string;
  changeText: string;
  isUp: boolean;
  isFlat: boolean;
  lastIsSuspect: boolean;
  /** The closes of the window without suspects. */
  points: readonly Point[];
  /** Like points, with y = NaN at gaps in the data and before the first average. */
  line: readonly Point[];
  /** Points that are drawn as dots. */
  dots: readonly Point[];
  sma20: readonly Point[];
  sma50: readonly Point[];
  volumes: readonly Point[];
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

/** Fewer days without a close are never a gap in the line: a long holiday has up to 9 days. */
const MIN_GAP_DAYS = 14;
/** So many usual steps without a close are a gap. */
const GAP_STEPS = 3;
/** Up to so many points are drawn as dots. */
const MAX_DOTS = 26;

export function chartModel(
  series: Series,
  window: ChartWindow | number,
  theme: Theme,
  marks: AlertMarks = NO_MARKS,
): ChartModel {
  const from = firstIndexFrom(series.adjusted, windowStart(series.last.date, window));
  const shown = series.adjusted.slice(from).map((o) => pointOf(o));
  const isSuspect = ({ observation }: ObservedPoint) => series.suspects.has(observation.date);
  const suspects = shown.filter(isSuspect);
  // Line and scale ignore suspects: one wrong close would flatten all others.
  const trusted = suspects.length < shown.length ? shown.filter((point) => !isSuspect(point)) : shown;
  const averaged = series.adjusted.filter((o) => !series.suspects.has(o.date)).map((o) => pointOf(o));
  const gapDays = Math.max(MIN_GAP_DAYS, usualStep(series.observations) * GAP_STEPS);
  const average = (n: number): Point[] => {
    const values = sma(
      averaged.map(({ y }) => y),
      n,
    );
    const first = trusted[0]?.x ?? 0;
    return withGaps(
      averaged.map(({ x }, i) => ({ x, y: values[i] ?? Number.NaN })).filter(({ x }) => x >= first),
      gapDays,
    );
  };
  const lastIsSuspect = series.suspects.has(series.last.date);
  // A suspect close has no change: the line and its colour end with the last trusted close.
  const change = (trusted.at(-1)?.y ?? 1) / (trusted[0]?.y ?? 1) - 1;
  const first = shown[0]?.observation.date ?? '';
  const split = series.splits.findLast(({ kind, date }) => kind === 'probable' && date > first);
  const model = {
    ticker: series.ticker,
    theme,
    rangeText: split ? splitText(split) : `past ${window} days`,
    lastText: formatPriceOf(series.ticker, series.last.close),
    lastIsSuspect,
    dateText: longDate(series.last.date),
    changeText: shown.length > 1 && !lastIsSuspect && !split ? formatChange(change, 2) : '',
    isUp: change >= 0,
    isFlat: change === 0,
    points: trusted,
    line: withGaps(trusted, gapDays),
    dots: dotsOf(trusted, gapDays),
    sma20: average(20),
    sma50: average(50),
    volumes: shown.flatMap(({ x, observation: { volume } }) => (volume ? [{ x, y: Number(volume) }] : [])),
    high: labelled(trusted.reduce((a, b) => (b.y > a.y ? b : a))),
    low: labelled(trusted.reduce((a, b) => (b.y < a.y ? b : a))),
    last: labelled(trusted[trusted.length - 1] ?? pointOf(series.last)),
    suspects: suspects.map(labelled),
    corrections: ringsOf(trusted),
    thresholds: marks.thresholds.map((threshold) => ({ y: Number(threshold), text: formatPrice(threshold) })),
    fires: trusted.filter(({ observation }) => marks.fires.includes(observation.date)),
  };
  return { ...model, description: describe(model) };
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

const pointOf = (observation: Observation): ObservedPoint => ({
  x: dayNumber(observation.date),
  y: Number(observation.close),
  observation,
});

const labelled = ({ x, y, observation }: ObservedPoint): LabelledPoint => ({
  x,
  y,
  text: formatPrice(observation.close),
});

/** Points that a line alone would not show: all of a sparse series, and those with a gap on both sides. */
function dotsOf(points: readonly Point[], gapDays: number): Point[] {
  const step = ((points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0)) / Math.max(1, points.length - 1);
  if (points.length <= MAX_DOTS && step > 2) return [...points];
  const isFar = (a: Point | undefined, b: Point | undefined) => !a || !b || b.x - a.x > gapDays;
  return points.filter((point, i) => isFar(points[i - 1], point) && isFar(point, points[i + 1]));
}

/** Inserts a point with y = NaN at each gap. */
function withGaps(points: readonly Point[], gapDays: number): Point[] {
  return points.flatMap(({ x, y }, i) => {
    const before = points[i - 1];
    const isGap = before !== undefined && x - before.x > gapDays;
    return isGap
      ? [
          { x: (before.x + x) / 2, y: Number.NaN },
          { x, y },
        ]
      : [{ x, y }];
  });
}

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
