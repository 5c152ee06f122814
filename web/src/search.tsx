import { useDeferredValue, useState } from 'react';
import { Link } from 'wouter';
import { formatPriceOf } from '../../lambdas/contracts/format.ts';
import { Change, Failure, Sparkline } from './parts.tsx';
import { useAction, useApi, useLoaded } from './use.ts';

/** Searches tickers by prefix, with a small chart each, and follows them. */
export function Search({ followed, onChange }: { followed: ReadonlySet<string>; onChange: () => void }) {
  const api = useApi();
  const [text, setText] = useState('');
  const prefix = useDeferredValue(text.trim());
  const { data, error } = useLoaded(async () => (prefix ? api.search(prefix) : undefined), [prefix]);
  const follow = useAction(async (ticker: string) => {
    await api.follow(ticker);
    document.getElementById('search')?.focus();
    onChange();
  });
  const found = prefix ? data?.tickers : undefined;
  return (
    <section className="card" aria-label="Find a ticker">
      <label htmlFor="search">Find a ticker</label>
      <input
        id="search"
        type="search"
        value={text}
        placeholder="AAPL"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <p role="status" className={found?.length === 0 ? undefined : 'hidden'}>
        {found && (found.length === 0 ? `No ticker begins with “${prefix}”.` : `${found.length} found`)}
      </p>
      <Failure error={error ?? follow.error} />
      {found && found.length > 0 && (
        <ul className="rows">
          {found.map(({ ticker, renamedTo, close, date, dayChange }) => (
            <li key={ticker}>
              <span className="name">
                <Link href={`/tickers/${encodeURIComponent(ticker)}`}>{ticker}</Link>
                {renamedTo && <small className="muted">now {renamedTo}</small>}
              </span>
              <Sparkline ticker={ticker} last={date} />
              <span className="number">
                {close ? formatPriceOf(ticker, close) : '–'}
                <small>
                  <Change change={dayChange} />
                </small>
              </span>
              {followed.has(ticker) ? (
                <span className="muted">Followed</span>
              ) : (
                <button
                  type="button"
                  className="primary"
                  aria-disabled={follow.busy}
                  onClick={() => follow.run(ticker)}
                  aria-label={`Follow ${ticker}`}
                >
                  Follow
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
