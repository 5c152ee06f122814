import { Link } from 'wouter';
import type { TickersPage } from '../../lambdas/contracts/api/tickers.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { formatPriceOf } from '../../lambdas/contracts/format.ts';
import { Change, Failure } from './parts.tsx';
import { useAction, useApi, useLoaded } from './use.ts';

const SHOWN = 5;

/** The largest rises and falls of the last deliveries. `onFollow`: with buttons to follow them. */
export function Movers({ onFollow }: { onFollow?: (() => void) | undefined }) {
  const api = useApi();
  const { data, error } = useLoaded(
    async () => ({ gainers: await api.movers('change', SHOWN), losers: await api.movers('-change', SHOWN) }),
    [],
  );
  if (error) return <Failure error={error} />;
  const date = data?.gainers[0]?.date ?? data?.losers[0]?.date;
  if (!data || !date) return null;
  return (
    <section className="card" aria-labelledby="movers">
      <h2 id="movers">Movers of {longDate(date)}</h2>
      <div className="columns">
        <List title="Gainers" tickers={data.gainers} onFollow={onFollow} />
        <List title="Losers" tickers={data.losers} onFollow={onFollow} />
      </div>
    </section>
  );
}

type ListProps = { title: string; tickers: TickersPage['tickers']; onFollow: (() => void) | undefined };

function List({ title, tickers, onFollow }: ListProps) {
  const api = useApi();
  const follow = useAction(async (ticker: string) => {
    await api.follow(ticker);
    onFollow?.();
  });
  return (
    <div>
      <h3>{title}</h3>
      {tickers.length === 0 && <p className="muted">None.</p>}
      <ul className="rows">
        {tickers.map(({ ticker, close = '', dayChange }) => (
          <li key={ticker}>
            <span className="name">
              <Link href={`/tickers/${encodeURIComponent(ticker)}`}>{ticker}</Link>
            </span>
            <span className="number">
              {formatPriceOf(ticker, close)}
              <small>
                <Change change={dayChange} />
              </small>
            </span>
            {onFollow && (
              <button type="button" onClick={() => follow.run(ticker)} aria-label={`Follow ${ticker}`}>
                Follow
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
