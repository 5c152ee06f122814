import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { formatPrice } from '../../lambdas/contracts/format.ts';
import { type Drawn, directionOf, draw, remove } from './draw-chart.ts';
import { type AlertLine, useAlertLines } from './use-alert-lines.ts';

const HEIGHT = 380;

const suspectText = ({ date, close }: ApiObservation): string => `${formatPrice(close)} on ${longDate(date)}`;

type PriceChartProps = {
  observations: readonly ApiObservation[];
  lines?: readonly AlertLine[];
  /** Dates (ISO) on which an alert fired, or would have. */
  fires?: readonly string[];
  /** Draws something over the chart that follows its scale. */
  children?: ((drawn: Drawn) => ReactNode) | undefined;
};

const NO_LINES: readonly AlertLine[] = [];
const NO_FIRES: readonly string[] = [];

/** An interactive chart of closes, averages and volumes, with marks for corrections, suspects and alerts. */
export function PriceChart({ observations, lines = NO_LINES, fires = NO_FIRES, children }: PriceChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn>();
  useEffect(() => {
    if (!box.current) return;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    let current = draw(box.current, observations);
    setDrawn(current);
    const redraw = () => {
      remove(current);
      if (!box.current) return;
      current = draw(box.current, observations);
      setDrawn(current);
    };
    scheme.addEventListener('change', redraw);
    return () => {
      scheme.removeEventListener('change', redraw);
      remove(current);
      setDrawn(undefined);
    };
  }, [observations]);
  useAlertLines(drawn, lines);
  useEffect(() => {
    if (drawn && !drawn.isRemoved) drawn.setFires(fires);
  }, [drawn, fires]);
  const last = observations.at(-1);
  const direction = directionOf(observations);
  const suspects = observations.filter(({ suspect }) => suspect).slice(-3);
  return (
    <>
      <div className="chart" style={{ height: HEIGHT }}>
        <div
          ref={box}
          role="img"
          aria-label={`Chart of ${observations.length} closes${last ? `, the last ${formatPrice(last.close)} on ${longDate(last.date)}` : ''}; the table below has the numbers`}
          style={{ height: HEIGHT }}
        />
        {drawn && children?.(drawn)}
      </div>
      <p className="legend muted">
        <span className="key" style={{ background: `var(--${direction})` }} /> close <span className="key sma20" />{' '}
        average of 20 <span className="key sma50" /> of 50
        {suspects.length > 0 && ` · suspect, not in the scale: ${suspects.map(suspectText).join('; ')}`}
        {observations.some(({ corrects }) => corrects) && (
          <>
            {' '}
            · <span className="corrected">●</span> corrected
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
