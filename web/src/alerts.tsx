import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { AlertView } from '../../lambdas/contracts/api/alerts.ts';
import { AlertList } from './alert-list.tsx';
import { Choice } from './fields.tsx';
import { Failure, Loading } from './parts.tsx';
import { useApi, useLoaded } from './use.ts';

type Order = 'ticker' | 'near' | 'fired';

const ORDERS: Record<Order, (a: AlertView, b: AlertView) => number> = {
  ticker: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  near: (a, b) => (nearness(a) < nearness(b) ? -1 : nearness(a) > nearness(b) ? 1 : 0),
  fired: (a, b) => (b.lastFire?.date ?? '').localeCompare(a.lastFire?.date ?? ''),
};

/** What is lacking, relative to the target: kinds have different units. */
function nearness({ measure, state }: AlertView): number {
  // Others cannot fire soon.
  if (!measure || state !== 'armed') return Number.POSITIVE_INFINITY;
  const { distance, target, unit } = measure;
  return unit === 'percent' ? Math.max(0, distance) / 100 : Math.max(0, distance) / Math.abs(target || 1);
}

/** All alerts of the subscriber. */
export function Alerts() {
  const api = useApi();
  const { data, error, reload } = useLoaded(() => api.alerts(), []);
  const [, navigate] = useLocation();
  const [order, setOrder] = useState<Order>('ticker');
  return (
    <>
      <h1>My alerts</h1>
      <Failure error={error} />
      {!data && !error && <Loading />}
      {data?.length === 0 && (
        <p>
          No alert yet. Open <Link href="/">one of your tickers</Link> and choose “Add alert” below its chart.
        </p>
      )}
      {data && data.length > 0 && (
        <div className="card">
          <Choice
            label="Sort by"
            value={order}
            options={{ ticker: 'ticker', near: 'nearest first', fired: 'last fired first' }}
            onChange={setOrder}
          />
          <AlertList
            alerts={data.toSorted(ORDERS[order])}
            onChange={reload}
            onEdit={({ id, name }) => navigate(`/tickers/${encodeURIComponent(name)}#edit-${id}`)}
            title={data.length === 1 ? 'One alert' : `${data.length} alerts`}
            hasTickers
          />
        </div>
      )}
    </>
  );
}
