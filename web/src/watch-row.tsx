import type { DragEvent } from 'react';
import { Link } from 'wouter';
import type { Subscription, WatchlistRow } from '../../lambdas/contracts/api/subscriptions.ts';
import { CHART_WINDOWS, type ChartWindow } from '../../lambdas/contracts/chart-options.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { formatPriceOf } from '../../lambdas/contracts/format.ts';
import { Change, Failure, Sparkline, windowText } from './parts.tsx';
import { useAction, useApi } from './use.ts';

type Props = {
  row: WatchlistRow;
  isArranging: boolean;
  onDrop: (event: DragEvent) => void;
  onNudge: (by: -1 | 1) => void;
  onChange: () => void;
  /** Called with what was unfollowed, to undo it. */
  onGone: (subscription: Subscription) => void;
};

/** One followed ticker. */
export function WatchRow({ row, isArranging, onDrop, onNudge, onChange, onGone }: Props) {
  const api = useApi();
  const { ticker, window, name, renamedTo, date, close, dayChange, suspect, spark } = row;
  const change = useAction(async (next: ChartWindow) => {
    await api.follow(ticker, next);
    onChange();
  });
  const unfollow = useAction(async () => {
    await api.unfollow(ticker);
    // The button is removed with its row: move the focus.
    document.getElementById('followed')?.focus();
    onGone({ ticker, window });
    onChange();
  });
  const dragging = isArranging && {
    draggable: true,
    onDragStart: (event: DragEvent) => event.dataTransfer.setData('text/plain', ticker),
    onDragOver: (event: DragEvent) => event.preventDefault(),
    onDrop,
  };
  return (
    <li className={isArranging ? 'arranging' : undefined} {...dragging}>
      {isArranging && (
        <span className="arrows">
          <button type="button" id={`up-${ticker}`} aria-label={`Move ${ticker} up`} onClick={() => onNudge(-1)}>
            ↑
          </button>
          <button type="button" id={`down-${ticker}`} aria-label={`Move ${ticker} down`} onClick={() => onNudge(1)}>
            ↓
          </button>
        </span>
      )}
      <span className="name">
        <Link href={`/tickers/${encodeURIComponent(ticker)}`}>{renamedTo ?? ticker}</Link>
        {name && <small className="muted">{name}</small>}
        {renamedTo && <small className="muted">formerly {ticker}</small>}
        {date && <small className="muted">{longDate(date)}</small>}
      </span>
      <Sparkline closes={spark} change={dayChange} />
      <span className="number">
        {close ? formatPriceOf(ticker, close) : '–'}
        <small>{suspect ? <span className="warn">suspect</span> : <Change change={dayChange} />}</small>
      </span>
      <label>
        <span className="hidden">Chart window of {ticker}</span>
        <select
          value={window}
          aria-disabled={change.busy}
          onChange={(event) => change.run(Number(event.target.value) as ChartWindow)}
        >
          {CHART_WINDOWS.map((option) => (
            <option key={option} value={option}>
              {windowText(option)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="quiet"
        aria-disabled={unfollow.busy}
        onClick={() => unfollow.run()}
        aria-label={`Unfollow ${ticker}`}
      >
        Unfollow
      </button>
      <Failure error={change.error ?? unfollow.error} />
    </li>
  );
}
