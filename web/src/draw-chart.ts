import {
  AreaSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type SeriesMarker,
  type Time,
} from 'lightweight-charts';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { COLOURS } from '../../lambdas/contracts/colours.ts';
import { formatPrice } from '../../lambdas/contracts/format.ts';
import { sma } from '../../lambdas/domain/indicators/averages.ts';

/** Sessions of a year. */
const SHOWN = 260;

/** A chart that was drawn. One that was removed may not be changed any more: the library would draw it again, and fail. */
export type Drawn = {
  chart: IChartApi;
  area: ISeriesApi<'Area'>;
  setFires: (dates: readonly string[]) => void;
  isRemoved: boolean;
};

export function remove(drawn: Drawn): void {
  drawn.isRemoved = true;
  drawn.chart.remove();
}

/** The colours of the scheme that the reader has now. */
export const coloursNow = () => COLOURS[matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'];

/** Draws closes, averages, volumes, suspects and corrections. */
export function draw(box: HTMLElement, observations: readonly ApiObservation[]): Drawn {
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
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.22 } },
    timeScale: { borderVisible: false },
  });
  const lineColor = colours[directionOf(observations)];
  // Line, averages and scale ignore suspects: one wrong close would flatten all others.
  const trusted = observations.filter(({ suspect }) => !suspect);
  const closes = trusted.map(pointOf);
  const area = chart.addSeries(AreaSeries, {
    lineColor,
    lineWidth: 2,
    topColor: `${lineColor}44`,
    bottomColor: `${lineColor}05`,
    priceLineVisible: false,
  });
  area.setData(closes);
  for (const [n, color] of [
    [20, colours.sma20],
    [50, colours.sma50],
  ] as const) {
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
  if (volumes.length > 0) {
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
  const corrections = correctionMarkers(trusted, colours.sma20);
  const markers = createSeriesMarkers(area, corrections);
  const setFires = (dates: readonly string[]) =>
    markers.setMarkers([...corrections, ...fireMarkers(trusted, dates, colours.link)].sort(byTime));
  const suspects = observations.filter(({ suspect }) => suspect);
  if (suspects.length > 0) drawSuspects(chart, suspects, colours.warning);
  chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, closes.length - SHOWN), to: closes.length + 8 });
  return { chart, area, setFires, isRemoved: false };
}

/** The colour of the line, as in the mail: up if the last close is not below the first one shown. */
export function directionOf(observations: readonly ApiObservation[]): 'up' | 'down' {
  const shown = observations.filter(({ suspect }) => !suspect).slice(-SHOWN);
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

/** With more corrected closes their texts would cover the line. */
const MAX_TEXTS = 5;

/** Circles at corrected closes; with texts only if there is room for them. */
function correctionMarkers(observations: readonly ApiObservation[], color: string): SeriesMarker<Time>[] {
  const corrected = observations.filter(({ close, corrects }) => corrects && corrects !== close);
  const hasTexts = corrected.length <= MAX_TEXTS;
  return corrected.map(({ date, corrects = '' }) => ({
    time: date as Time,
    position: 'belowBar',
    shape: 'circle',
    color,
    ...(hasTexts && { text: `was ${formatPrice(corrects)}` }),
  }));
}

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
