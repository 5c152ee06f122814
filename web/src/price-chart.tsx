import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { formatCount, formatPrice } from '../../lambdas/contracts/format.ts';
import { type Drawn, directionOf, draw, type Range, remove } from './draw-chart.ts';
import { Change } from './parts.tsx';
import { type AlertLine, useAlertLines } from './use-alert-lines.ts';

const HEIGHT = 380;

const suspectText = ({ date, close }: ApiObservation): string => `${formatPrice(close)} on ${longDate(date)}`;

type PriceChartProps = {
  ticker: string;
  observations: readonly ApiObservation[];
  range: Range;
  /** A second ticker, in percent beside the first one. */
  compared?: Compared | undefined;
  lines?: readonly AlertLine[];
  /** Dates (ISO) on which an alert fired, or would have. */
  fires?: readonly string[];
  /** Draws something over the chart that follows its scale. */
  children?: ((drawn: Drawn) => ReactNode) | undefined;
};

export type Compared = { ticker: string; observations: readonly ApiObservation[] };

const NO_LINES: readonly AlertLine[] = [];
const NO_FIRES: readonly string[] = [];

/** An interactive chart of closes, averages and volumes, with marks for corrections, suspects and alerts. */
export function PriceChart({
  ticker,
  observations,
  range,
  compared,
  lines = NO_LINES,
  fires = NO_FIRES,
  children,
}: PriceChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn>();
  useEffect(() => {
    if (!box.current) return;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    let current = draw(box.current, ticker, observations, range, compared);
    setDrawn(current);
    const redraw = () => {
      remove(current);
      if (!box.current) return;
      current = draw(box.current, ticker, observations, range, compared);
      setDrawn(current);
    };
    scheme.addEventListener('change', redraw);
    return () => {
      scheme.removeEventListener('change', redraw);
      remove(current);
      setDrawn(undefined);
    };
  }, [ticker, observations, range, compared]);
  useAlertLines(drawn, lines);
  useEffect(() => {
    if (drawn && !drawn.isRemoved) drawn.setFires(fires);
  }, [drawn, fires]);
  const { date, onKey } = useCrosshair(drawn, observations);
  const last = observations.at(-1);
  const direction = directionOf(observations, range);
  const suspects = observations.filter(({ suspect }) => suspect).slice(-3);
  return (
    <>
      <Values date={date} observations={observations} ticker={ticker} compared={compared} />
      <div className="chart" style={{ height: HEIGHT }}>
        <div
          ref={box}
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move along the closes
          tabIndex={0}
          aria-label={`Chart of ${observations.length} closes${last ? `, the last ${formatPrice(last.close)} on ${longDate(last.date)}` : ''}. Arrow keys move along them; the table below has the numbers`}
          style={{ height: HEIGHT }}
          onKeyDown={onKey}
        />
        {drawn && children?.(drawn)}
      </div>
      <p className="legend muted">
        <span className="key" style={{ background: `var(--${direction})` }} /> {compared ? ticker : 'close'}{' '}
        {compared ? (
          <>
            <span className="key sma50" /> {compared.ticker}, both in percent
          </>
        ) : (
          <>
            <span className="key sma20" /> SMA 20 <span className="key sma50" /> SMA 50
          </>
        )}
        {suspects.length > 0 && (
          <>
            {' '}
            · <span className="warn">●</span> suspect, not in the scale: {suspects.map(suspectText).join('; ')}
          </>
        )}
        {observations.some(({ corrects }) => corrects) && (
          <>
            {' '}
            <span className="nowrap">
              <span className="corrected">●</span> corrected
            </span>
          </>
        )}
        {lines.length > 0 && (
          <>
            {' '}
            · <span className="fired">– –</span> alert
          </>
        )}
        {fires.length > 0 && (
          <>
            {' '}
            · <span className="fired">▼</span> fired
          </>
        )}
      </p>
    </>
  );
}

type ValuesProps = Pick<PriceChartProps, 'ticker' | 'observations' | 'compared'> & { date: string | undefined };

/** The close at the crosshair, or the last one. */
function Values({ date, ticker, observations, compared }: ValuesProps) {
  const at = date === undefined ? observations.at(-1) : observations.findLast((one) => one.date <= date);
  if (!at) return null;
  const before = observations.findLast((one) => one.date < at.date && !one.suspect);
  const other = compared?.observations.findLast((one) => one.date <= at.date);
  return (
    <p className="values" role="status">
      {longDate(at.date)} · {ticker} <strong>{formatPrice(at.close)}</strong>{' '}
      {at.suspect ? (
        <span className="warn">suspect</span>
      ) : (
        <Change change={before && Number(at.close) / Number(before.close) - 1} />
      )}
      {other && compared && ` · ${compared.ticker} ${formatPrice(other.close)}`}
      {at.volume && ` · volume ${formatCount(Number(at.volume))}`}
    </p>
  );
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 };

/** The date at the crosshair, which a pointer or the arrow keys move. */
function useCrosshair(drawn: Drawn | undefined, observations: readonly ApiObservation[]) {
  const [date, setDate] = useState<string>();
  useEffect(() => {
    if (!drawn || drawn.isRemoved) return;
    const follow = ({ time }: { time?: unknown }) => setDate(typeof time === 'string' ? time : undefined);
    drawn.chart.subscribeCrosshairMove(follow);
    return () => {
      if (!drawn.isRemoved) drawn.chart.unsubscribeCrosshairMove(follow);
    };
  }, [drawn]);
  const onKey = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined || !drawn || drawn.isRemoved) return;
    event.preventDefault();
    const trusted = observations.filter(({ suspect }) => !suspect);
    const at = date === undefined ? trusted.length : trusted.findIndex((one) => one.date >= date);
    const next = trusted[Math.min(trusted.length - 1, Math.max(0, at + step))];
    if (!next) return;
    drawn.chart.setCrosshairPosition(Number(next.close), next.date, drawn.area);
    setDate(next.date);
  };
  return { date, onKey };
}
