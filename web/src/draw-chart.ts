import {
  AreaSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  PriceScaleMode,
  type SeriesMarker,
  type Time,
} from 'lightweight-charts';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { COLOURS } from '../../lambdas/contracts/colours.ts';
import { axisDays } from '../../lambdas/domain/calendar/axis-days.ts';
import { sma } from '../../lambdas/domain/indicators/averages.ts';

/** Ranges of the chart in sessions. */
export const RANGES = { '1M': 22, '3M': 64, '1Y': 252, All: Number.POSITIVE_INFINITY } as const;
export type Range = keyof typeof RANGES;
export const isRange = (text: string): text is Range => Object.hasOwn(RANGES, text);

/** A chart that was drawn. One that was removed may not be changed any more: the library would draw it again, and fail. */
export type Drawn = {
  chart: IChartApi;
  area: ISeriesApi<'Area'>;
  setFires: (dates: readonly string[]) => void;
  /** Days of the time axis (ISO), side by side. */
  days: readonly string[];
  isRemoved: boolean;
};

export function remove(drawn: Drawn): void {
  drawn.isRemoved = true;
  drawn.chart.remove();
}

/** The colours of the scheme that the reader has now. */
export const coloursNow = () => COLOURS[matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'];

/** Draws closes, averages, volumes, suspects and corrections. */
export function draw(
  box: HTMLElement,
  ticker: string,
  observations: readonly ApiObservation[],
  range: Range,
  compared?: { ticker: string; observations: readonly ApiObservation[] },
): Drawn {
  const colours = coloursNow();
  const chart = createChart(box, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: colours.muted,
      attributionLogo: false,
      fontFamily: 'Inter, system-ui, sans-serif',
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colours.line } },
    rightPriceScale: {
      borderVisible: false,
      scaleMargins: { top: 0.08, bottom: 0.22 },
      mode: compared ? PriceScaleMode.Percentage : PriceScaleMode.Normal,
    },
    // The labels at its ends are not cut.
    timeScale: { borderVisible: false, fixLeftEdge: true, fixRightEdge: true, allowBoldLabels: false },
  });
  const lineColor = colours[directionOf(observations, range)];
  // Line, averages and scale ignore suspects: one wrong close would flatten all others.
  const trusted = observations.filter(({ suspect }) => !suspect);
  const closes = trusted.map(pointOf);
  const area = chart.addSeries(AreaSeries, {
    lineColor,
    lineWidth: 2,
    topColor: `${lineColor}44`,
    bottomColor: `${lineColor}05`,
    priceLineVisible: false,
    ...(compared && { title: ticker }),
  });
  const days = axisDays(
    ticker,
    observations.map(({ date }) => date),
  );
  // A session without a close keeps its place.
  const known = new Map(closes.map((point) => [point.time, point]));
  area.setData(days.map((day) => known.get(day as Time) ?? { time: day as Time }));
  // A comparison shows two lines, and nothing else that has a colour.
  const averages = compared
    ? []
    : ([
        [20, colours.sma20],
        [50, colours.sma50],
      ] as const);
  for (const [n, color] of averages) {
    chart
      .addSeries(LineSeries, {
        color,
        lineWidth: 1,
        priceLineVisible: false,
        lastValueVisible: false,
        crosshairMarkerVisible: false,
      })
      .setData(averageOf(closes, n));
  }
  const volumes = observations.flatMap(({ date, volume }) =>
    volume ? [{ time: date as Time, value: Number(volume) }] : [],
  );
  if (volumes.length > 0 && !compared) {
    const bars = chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      color: colours['volume-key'],
      priceFormat: { type: 'volume' },
      priceLineVisible: false,
      lastValueVisible: false,
    });
    bars.setData(volumes);
    chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  }
  if (compared)
    chart
      .addSeries(LineSeries, { color: colours.sma50, lineWidth: 2, priceLineVisible: false, title: compared.ticker })
      .setData(compared.observations.filter(({ suspect }) => !suspect).map(pointOf));
  const corrections = correctionMarkers(trusted, colours.sma50);
  const markers = createSeriesMarkers(area, corrections);
  const setFires = (dates: readonly string[]) =>
    markers.setMarkers([...corrections, ...fireMarkers(trusted, dates, colours.link)].sort(byTime));
  const suspects = observations.filter(({ suspect }) => suspect);
  if (suspects.length > 0) drawSuspects(chart, suspects, colours.warning);
  const shown = Math.min(RANGES[range], days.length);
  chart.timeScale().setVisibleLogicalRange({ from: days.length - shown, to: days.length - 0.5 });
  return { chart, area, setFires, days, isRemoved: false };
}

/** The colour of the line, as in the mail: up if the last close is not below the first one shown. */
export function directionOf(observations: readonly ApiObservation[], range: Range): 'up' | 'down' {
  const trusted = observations.filter(({ suspect }) => !suspect);
  const shown = trusted.slice(-Math.min(RANGES[range], trusted.length));
  return Number(shown.at(-1)?.close) < Number(shown[0]?.close) ? 'down' : 'up';
}

const pointOf = ({ date, close }: ApiObservation) => ({ time: date as Time, value: Number(close) });

/** Draws points without a line. The scale ignores them: zoom out to see distant ones. */
function drawSuspects(chart: IChartApi, suspects: readonly ApiObservation[], color: string): void {
  const points = chart.addSeries(LineSeries, {
    color,
    lineVisible: false,
    pointMarkersVisible: true,
    pointMarkersRadius: 4,
    priceLineVisible: false,
    lastValueVisible: false,
    autoscaleInfoProvider: () => null,
  });
  points.setData(suspects.map(pointOf));
}

/** Circles at corrected closes; the table below has what they were. */
const correctionMarkers = (observations: readonly ApiObservation[], color: string): SeriesMarker<Time>[] =>
  observations
    .filter(({ close, corrects }) => corrects && corrects !== close)
    .map(({ date }) => ({ time: date as Time, position: 'inBar', shape: 'circle', color }));

/** Triangles at closes on which an alert fired. */
function fireMarkers(
  observations: readonly ApiObservation[],
  dates: readonly string[],
  color: string,
): SeriesMarker<Time>[] {
  const known = new Set(observations.map(({ date }) => date));
  return dates
    .filter((date) => known.has(date))
    .map((date) => ({ time: date as Time, position: 'aboveBar', shape: 'arrowDown', color }));
}

const byTime = (a: SeriesMarker<Time>, b: SeriesMarker<Time>): number => (String(a.time) < String(b.time) ? -1 : 1);

/** Points of the simple moving average over n closes. */
const averageOf = (points: readonly { time: Time; value: number }[], n: number): { time: Time; value: number }[] =>
  sma(
    points.map(({ value }) => value),
    n,
  ).flatMap((value, i) => {
    const time = points[i]?.time;
    return value === undefined || time === undefined ? [] : [{ time, value }];
  });
