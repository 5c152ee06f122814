import { useState } from 'react';
import { Link } from 'wouter';
import type { DeliveriesPage, DeliveryState, DeliverySummary } from '../../lambdas/contracts/api/deliveries.ts';
import { DeliveryTrend } from './delivery-trend.tsx';
import { Failure, Loading, Scroll } from './parts.tsx';
import { useApi, useDelayed, useLoaded, useWatch } from './use.ts';

/** The page of a delivery. Its id may have a slash. */
export const pageOf = (delivery: string): string => `/deliveries/${encodeURIComponent(encodeURIComponent(delivery))}`;

const number = (value: number | undefined): string => value?.toLocaleString('en-US') ?? '–';

/** The deliveries, the most recent first. The list is updated while the page is visible. */
export function DeliveryList() {
  const api = useApi();
  const [search, setSearch] = useState('');
  const [state, setState] = useState<DeliveryState>();
  /** `after` of each page that was opened; the first page has none. */
  const [pages, setPages] = useState<string[]>([]);
  const query = { after: pages.at(-1), search: useDelayed(search.trim()), state };
  const { data, error, reload } = useLoaded(() => api.deliveries(query), [query]);
  useWatch(reload);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <section className="card" aria-label="Deliveries">
      <div className="bar">
        <label className="hidden" htmlFor="find-delivery">
          Find a delivery
        </label>
        <input
          id="find-delivery"
          type="search"
          placeholder="Find: 2020-01, eu/…"
          value={search}
          onChange={(event) => {
            setSearch(event.target.value);
            setPages([]);
          }}
        />
        <States
          states={data.states}
          chosen={state}
          onChoose={(next) => {
            setState(next);
            setPages([]);
          }}
        />
        <DeliveryTrend deliveries={data.deliveries} />
      </div>
      <Failure error={error} />
      <Found deliveries={data.deliveries} isFiltered={search !== '' || state !== undefined} />
      <nav className="actions" aria-label="Pages of deliveries">
        {pages.length > 0 && (
          <button type="button" onClick={() => setPages(pages.slice(0, -1))}>
            Newer
          </button>
        )}
        {data.next && (
          <button type="button" onClick={() => setPages([...pages, data.next ?? ''])}>
            Older
          </button>
        )}
      </nav>
      {data.unreadable && (
        <p className="failure" role="alert">
          {data.unreadable.length === 1 ? 'One record' : `${data.unreadable.length} records`} cannot be read:{' '}
          {data.unreadable.join(', ')}. See the runbook, api.
        </p>
      )}
    </section>
  );
}

type StatesProps = {
  states: DeliveriesPage['states'];
  chosen: DeliveryState | undefined;
  onChoose: (state: DeliveryState | undefined) => void;
};

/** The number of deliveries in each state; a click shows only those. */
const States = ({ states, chosen, onChoose }: StatesProps) => (
  <fieldset className="choices" aria-label="States">
    {Object.entries(states)
      .filter(([name, count]) => count > 0 || name === chosen)
      .map(([name, count]) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === chosen}
          onClick={() => onChoose(name === chosen ? undefined : (name as DeliveryState))}
        >
          {name} {count.toLocaleString('en-US')}
        </button>
      ))}
  </fieldset>
);

function Found({ deliveries, isFiltered }: { deliveries: readonly DeliverySummary[]; isFiltered: boolean }) {
  if (deliveries.length > 0) return <List deliveries={deliveries} />;
  return isFiltered ? (
    <p>No delivery is like that.</p>
  ) : (
    <p>No file was uploaded yet. A new file in the drop bucket appears here after a few seconds.</p>
  );
}

const List = ({ deliveries }: { deliveries: readonly DeliverySummary[] }) => (
  <Scroll label="List of deliveries" isWhole>
    <table className="wide stacked">
      <thead>
        <tr>
          <th scope="col">Delivery</th>
          <th scope="col">State</th>
          <th scope="col" className="number">
            Rows
          </th>
          <th scope="col" className="number">
            Quarantined
          </th>
          <th scope="col">Uploaded</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <Row key={delivery.delivery} {...delivery} />
        ))}
      </tbody>
    </table>
  </Scroll>
);

function Row({ delivery, counts, droppedAt, ...state }: DeliverySummary) {
  return (
    <tr>
      <th scope="row">
        <Link href={pageOf(delivery)}>{delivery}</Link>
      </th>
      <td>
        <State {...state} />
      </td>
      <td className="number" data-name="rows">
        {number(counts?.accepted)}
      </td>
      <td className={counts?.quarantined ? 'number down' : 'number muted'} data-name="quarantined">
        {number(counts?.quarantined)}
      </td>
      <td className="muted">{new Date(droppedAt).toLocaleString('en-GB')}</td>
    </tr>
  );
}

type StateProps = Pick<DeliverySummary, 'state' | 'inProgress' | 'isGone' | 'changedAt'>;

export function State({ state, inProgress, isGone, changedAt }: StateProps) {
  const waiting = isGone ? 'removed before it was read' : 'retrying';
  if (!inProgress) return <span className={`state ${state}`}>{state === 'received' ? waiting : state}</span>;
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(changedAt)) / 1000));
  return (
    <span className="state">
      <progress aria-label="applying" /> applying, {seconds} s
    </span>
  );
}
