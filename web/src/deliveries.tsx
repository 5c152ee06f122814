import { useState } from 'react';
import { Link } from 'wouter';
import type { DeliverySummary } from '../../lambdas/contracts/api/deliveries.ts';
import { Invite } from './invite.tsx';
import { Failure, Loading, Scroll } from './parts.tsx';
import { Queues } from './queues.tsx';
import { useApi, useLoaded, useWatch } from './use.ts';

const number = (value: number | undefined): string => value?.toLocaleString('en-US') ?? '–';

/** The deliveries, the most recent first. The list is updated while the page is visible. */
export function Deliveries() {
  const api = useApi();
  /** `after` of each page that was opened; the first page has none. */
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
        <p className="card">
          No file was uploaded yet. A new file in the drop bucket appears here after a few seconds.
        </p>
      )}
      {data && data.deliveries.length > 0 && (
        <section className="card" aria-label="Deliveries">
          <Scroll label="List of deliveries">
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
      {data && <Queues />}
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
