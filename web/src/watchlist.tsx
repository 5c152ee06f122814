import { useState } from 'react';
import type { Subscription, WatchlistRow } from '../../lambdas/contracts/api/subscriptions.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import type { TickerGroups } from '../../lambdas/contracts/subscriber.ts';
import { Failure, Loading } from './parts.tsx';
import { writeTickerList } from './ticker-list.ts';
import { useAction, useApi } from './use.ts';
import { WatchGroup } from './watch-group.tsx';
import { asGroups, joined, ORDERS, type Order, ordered } from './watchlist-order.ts';

type Props = {
  rows: readonly WatchlistRow[] | undefined;
  groups: TickerGroups | undefined;
  onChange: () => void;
};

/** The followed tickers: sorted by move or name, or in the reader's own order and groups. */
export function Watchlist({ rows, groups, onChange }: Props) {
  if (!rows || !groups) return <Loading />;
  return <Rows rows={rows} groups={groups} onChange={onChange} />;
}

function Rows({
  rows,
  groups,
  onChange,
}: {
  rows: readonly WatchlistRow[];
  groups: TickerGroups;
  onChange: () => void;
}) {
  const api = useApi();
  const [order, setOrder] = useState<Order>(groups.length > 0 ? 'own' : 'move');
  const [isArranging, setArranging] = useState(false);
  const [gone, setGone] = useState<Subscription>();
  const arrange = useAction(async (next: TickerGroups) => {
    await api.putMe({ groups: next });
    onChange();
  });
  const follow = useAction(async ({ ticker, window }: Subscription) => {
    await api.follow(ticker, window);
    setGone(undefined);
    onChange();
  });
  const newest = rows.flatMap(({ date }) => date ?? []).reduce((a, b) => (a > b ? a : b), '');
  const shown = ordered(rows, order, groups);
  return (
    <section aria-labelledby="followed" className="card">
      <div className="bar">
        <h2 id="followed" tabIndex={-1}>
          You follow {rows.length === 1 ? 'one ticker' : `${rows.length} tickers`}
        </h2>
        {newest && <span className="muted">Closes of {longDate(newest)}</span>}
        {rows.length > 0 && (
          <Tools
            order={order}
            isArranging={isArranging}
            onOrder={(next) => {
              setOrder(next);
              if (next !== 'own') setArranging(false);
            }}
            onArrange={() => {
              setOrder('own');
              setArranging(!isArranging);
            }}
            onSave={() => save(writeTickerList({ tickers: rows.map(({ ticker }) => ticker), groups }))}
          />
        )}
      </div>
      {gone && (
        <p role="status" className="undo">
          {gone.ticker} unfollowed.{' '}
          <button type="button" onClick={() => follow.run(gone)}>
            Undo
          </button>
        </p>
      )}
      {rows.length === 0 && (
        <p>No ticker yet. Search for one above, paste a list, or follow one of the movers below.</p>
      )}
      <Failure error={arrange.error ?? follow.error} />
      {isArranging && <NewGroup onAdd={(name) => arrange.run(joined(asGroups(shown), [{ name, tickers: [] }]))} />}
      {rows.length > 0 && <Head isArranging={isArranging} />}
      {shown.map((group, i) => (
        <WatchGroup
          key={group.name}
          group={group}
          index={i}
          all={shown}
          newest={newest}
          isArranging={isArranging}
          onArrange={arrange.run}
          onChange={onChange}
          onGone={setGone}
        />
      ))}
    </section>
  );
}

/** The names of the columns; each row has them for who cannot see them. */
const Head = ({ isArranging }: { isArranging: boolean }) => (
  <p className={isArranging ? 'watch-head arranging' : 'watch-head'} aria-hidden="true">
    <span className="name">Ticker</span>
    <span>90 days</span>
    {['Close', '1 day', '7 days', '30 days'].map((name) => (
      <span key={name} className="number">
        {name}
      </span>
    ))}
  </p>
);

type ToolsProps = {
  order: Order;
  isArranging: boolean;
  onOrder: (order: Order) => void;
  onArrange: () => void;
  onSave: () => void;
};

const Tools = ({ order, isArranging, onOrder, onArrange, onSave }: ToolsProps) => (
  <span className="tools">
    <label>
      <span className="hidden">Sort by</span>
      <select value={order} onChange={(event) => onOrder(event.target.value as Order)}>
        {Object.entries(ORDERS).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
    <button type="button" aria-pressed={isArranging} onClick={onArrange}>
      Arrange
    </button>
    <button type="button" onClick={onSave}>
      Export
    </button>
  </span>
);

function NewGroup({ onAdd }: { onAdd: (name: string) => void }) {
  const [name, setName] = useState('');
  return (
    <form
      className="line"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(name.trim());
        setName('');
      }}
    >
      <label htmlFor="group">New group</label>
      <input id="group" required maxLength={40} value={name} onChange={(event) => setName(event.target.value)} />
      <button type="submit">Add</button>
      <span className="muted">Drag a row, or use its arrows.</span>
    </form>
  );
}

function save(text: string): void {
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(new Blob([text], { type: 'text/plain' })),
    download: 'closing-bell-tickers.txt',
  });
  link.click();
  URL.revokeObjectURL(link.href);
}
