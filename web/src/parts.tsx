import { type ReactNode, useEffect, useState } from 'react';
import type { ChartWindow, Theme } from '../../lambdas/contracts/chart-options.ts';
import { formatChange } from '../../lambdas/contracts/format.ts';
import { useApi, useLoaded } from './use.ts';

export const windowText = (window: ChartWindow): string => (window === 365 ? '1 year' : `${window} days`);

export const Failure = ({ error, children }: { error: Error | undefined; children?: ReactNode }) =>
  error ? (
    <p className="failure" role="alert">
      {error instanceof TypeError ? 'The API cannot be reached. Check your connection and try again.' : error.message}{' '}
      {children}
    </p>
  ) : null;

export const Loading = () => (
  <p className="muted" role="status">
    Loading…
  </p>
);

/** A relative change with sign and colour. */
export const Change = ({ change }: { change: number | undefined }) => (
  <span className={directionOf(change)}>{formatChange(change)}</span>
);

/** Of the change as it is written: `±0.0 %` has none. */
const directionOf = (change: number | undefined): string => {
  const text = formatChange(change);
  return text.startsWith('+') ? 'up' : text.startsWith('−') ? 'down' : 'muted';
};

/** A box that scrolls, also by keyboard. `isWhole`: only to the side. */
export const Scroll = ({ label, isWhole, children }: { label: string; isWhole?: boolean; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
  <section className={isWhole ? 'scroll whole' : 'scroll'} tabIndex={0} aria-label={label}>
    {children}
  </section>
);

const WIDTH = 120;
const HEIGHT = 32;

/** A small chart of the last 90 days, in the colour of the change beside it. */
export function Sparkline({ closes, change }: { closes: readonly number[]; change: number | undefined }) {
  if (closes.length < 2) return <svg className="sparkline" width={WIDTH} height={HEIGHT} aria-hidden="true" />;
  const [low, high] = [Math.min(...closes), Math.max(...closes)];
  const points = closes.map((close, i) => {
    const x = (i / (closes.length - 1)) * WIDTH;
    return `${x.toFixed(1)},${(HEIGHT - 3 - ((close - low) / (high - low || 1)) * (HEIGHT - 6)).toFixed(1)}`;
  });
  return (
    <svg
      className={`sparkline ${directionOf(change)}`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <polyline points={points.join(' ')} />
    </svg>
  );
}

/** The chart of the mail. */
export function ChartPicture({ ticker, window, theme }: { ticker: string; window: ChartWindow; theme: Theme }) {
  const api = useApi();
  const { data, error } = useLoaded(() => api.chart(ticker, window, theme), [ticker, window, theme]);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  if (error) return <Failure error={error} />;
  if (!url) return <div className="picture" />;
  return <img className="picture" src={url} alt={`Chart of ${ticker} over ${windowText(window)}, as in the mail`} />;
}
