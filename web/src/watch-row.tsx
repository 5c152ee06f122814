import { type DragEvent, useState } from 'react';
import { Link } from 'wouter';
import type { Subscription, WatchlistRow } from '../../lambdas/contracts/api/subscriptions.ts';
import { CHART_WINDOWS, type ChartWindow } from '../../lambdas/contracts/chart-options.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { formatPriceOf } from '../../lambdas/contracts/format.ts';
import { Change, Failure, Sparkline, windowText } from './parts.tsx';
import { useAction, useApi } from './use.ts';

type Props = {
  row: WatchlistRow;
  /** Date of the newest close of all rows: only other dates are shown. */
  newest: string | undefined;
  isArranging: boolean;
  onDrop: (event: DragEvent) => void;
  onNudge: (by: -1 | 1) => void;
  onChange: () => void;
  /** Called with what was unfollowed, to undo it. */
  onGone: (subscription: Subscription) => void;
};

/** One followed ticker. */
export function WatchRow({ row, newest, isArranging, onDrop, onNudge, onChange, onGone }: Props) {
  const api = useApi();
  const { ticker, window, name, renamedTo, date, close, dayChange, weekChange, monthChange, suspect, spark } = row;
  const [isOpen, setOpen] = useState(false);
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
        {date && date !== newest && <small className="warn">{longDate(date)}</small>}
      </span>
      <Trend closes={spark} />
      <span className="number close">{close ? formatPriceOf(ticker, close) : '–'}</span>
      <span className="number day">
        <span className="hidden">1 day </span>
        {suspect ? <span className="warn">suspect</span> : <Change change={dayChange} />}
      </span>
      <Moved name="7 days" change={weekChange} />
      <Moved name="30 days" change={monthChange} />
      <button
        type="button"
        className="quiet more"
        aria-expanded={isOpen}
        aria-label={`Options of ${ticker}`}
        onClick={() => setOpen(!isOpen)}
      >
        ⋯
      </button>
      {isOpen && (
        <span className="options">
          <label>
            Chart in the mail<span className="hidden"> of {ticker}</span>{' '}
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
            aria-disabled={unfollow.busy}
            onClick={() => unfollow.run()}
            aria-label={`Unfollow ${ticker}`}
          >
            Unfollow
          </button>
        </span>
      )}
      <Failure error={change.error ?? unfollow.error} />
    </li>
  );
}

/** The line of the last 90 days in the colour of its own change, which stands beside it. */
function Trend({ closes }: { closes: readonly number[] }) {
  const [first, last] = [closes[0], closes.at(-1)];
  const change = first && last && closes.length > 1 ? last / first - 1 : undefined;
  return (
    <span className="trend-line">
      <Sparkline closes={closes} change={change} />
      <small>
        <span className="span-name">90 days </span>
        <Change change={change} />
      </small>
    </span>
  );
}

/** A change with the name of its column, which is visible where the table has no head. */
const Moved = ({ name, change }: { name: string; change: number | undefined }) => (
  <span className="number moved">
    <small>{name} </small>
    <Change change={change} />
  </span>
);
