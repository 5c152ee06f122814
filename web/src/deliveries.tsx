import { useState } from 'react';
import { Link } from 'wouter';
import type { DeliverySummary } from '../../lambdas/contracts/api.ts';
import { Invite } from './invite.tsx';
import { Failure, Loading, Scroll } from './parts.tsx';
import { useApi, useLoaded, useWatch } from './use.ts';

const number = (value: number | undefined): string => value?.toLocaleString('en-US') ?? '–';

/** What the vendor has dropped, the last first; looks again while somebody watches. */
export function Deliveries() {
  const api = useApi();
  /** Where each page that was turned to begins; the first has no mark. */
  const [pages, setPages] = useState<string[]>([]);
  const after = pages.at(-1);
  const { data, error, reload } = useLoaded(() => api.deliveries(after), [after]);
  useWatch(reload);
  return (
    <>
      <h1>Deliveries</h1>
      <Failure error={error} />
      {!data && !error && <Loading />}
      {data?.deliveries.length === 0 && (
        <p className="card">Nothing was dropped yet. A file in the drop bucket appears here at once.</p>
      )}
      {data && data.deliveries.length > 0 && (
        <section className="card" aria-label="Deliveries">
          <Scroll label="List of deliveries">
            <table className="wide">
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
                  <th scope="col">Dropped</th>
                </tr>
              </thead>
              <tbody>
                {data.deliveries.map((delivery) => (
                  <Row key={delivery.delivery} {...delivery} />
                ))}
              </tbody>
            </table>
          </Scroll>
          {(data.next || after) && (
            <nav className="actions" aria-label="Pages of deliveries">
              {after && (
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
          )}
        </section>
      )}
      {data?.unreadable && (
        <p className="failure" role="alert">
          {data.unreadable.length === 1 ? 'One record' : `${data.unreadable.length} records`} cannot be read:{' '}
          {data.unreadable.join(', ')}. See the runbook, api.
        </p>
      )}
      {data && <Invite />}
    </>
  );
}

function Row({ delivery, counts, droppedAt, ...state }: DeliverySummary) {
  return (
    <tr>
      <th scope="row">
        <Link href={`/deliveries/${encodeURIComponent(encodeURIComponent(delivery))}`}>{delivery}</Link>
      </th>
      <td>
        <State {...state} />
      </td>
      <td className="number">{number(counts?.accepted)}</td>
      <td className={counts?.quarantined ? 'number down' : 'number'}>{number(counts?.quarantined)}</td>
      <td className="muted">{new Date(droppedAt).toLocaleString('en-GB')}</td>
    </tr>
  );
}

type StateProps = Pick<DeliverySummary, 'state' | 'underWay' | 'isGone' | 'changedAt'>;

export function State({ state, underWay, isGone, changedAt }: StateProps) {
  const waiting = isGone ? 'gone before it was read' : 'waits for its next try';
  if (!underWay) return <span className={`state ${state}`}>{state === 'received' ? waiting : state}</span>;
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(changedAt)) / 1000));
  return (
    <span className="state">
      <progress aria-label="being applied" /> being applied, {seconds} s
    </span>
  );
}
