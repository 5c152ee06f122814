import type { DragEvent } from 'react';
import type { Subscription } from '../../lambdas/contracts/api/subscriptions.ts';
import type { TickerGroups } from '../../lambdas/contracts/subscriber.ts';
import { WatchRow } from './watch-row.tsx';
import { asGroups, dissolved, moved, nudged, type RowGroup } from './watchlist-order.ts';

type GroupProps = {
  group: RowGroup;
  index: number;
  all: readonly RowGroup[];
  newest: string;
  isArranging: boolean;
  onArrange: (groups: TickerGroups) => void;
  onChange: () => void;
  onGone: (subscription: Subscription) => void;
};

/** Rows under a heading, which can be dragged among the groups. */
export function WatchGroup({ group, index, all, newest, isArranging, onArrange, onChange, onGone }: GroupProps) {
  const dropOn = (before: string | undefined) => (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const ticker = event.dataTransfer.getData('text/plain');
    const isKnown = all.some(({ rows }) => rows.some((row) => row.ticker === ticker));
    if (isKnown && ticker !== before) onArrange(moved(all, ticker, { group: index, ...(before && { before }) }));
  };
  const nudge = (ticker: string, by: -1 | 1) => {
    onArrange(nudged(all, ticker, by));
    // The row moves in the document: keep the focus on its button.
    requestAnimationFrame(() => document.getElementById(`${by === -1 ? 'up' : 'down'}-${ticker}`)?.focus());
  };
  return (
    <>
      {(group.name || isArranging) && (
        <div className="group">
          <h3>{group.name || 'Without a group'}</h3>
          {isArranging && group.name && (
            <button type="button" className="quiet" onClick={() => onArrange(dissolved(asGroups(all), group.name))}>
              Dissolve {group.name}
            </button>
          )}
        </div>
      )}
      <ul
        className="rows watch"
        {...(isArranging && { onDragOver: (event) => event.preventDefault(), onDrop: dropOn(undefined) })}
      >
        {group.rows.map((row) => (
          <WatchRow
            key={row.ticker}
            row={row}
            newest={newest}
            isArranging={isArranging}
            onDrop={dropOn(row.ticker)}
            onNudge={(by) => nudge(row.ticker, by)}
            onChange={onChange}
            onGone={onGone}
          />
        ))}
      </ul>
    </>
  );
}
