import { useState } from 'react';
import type { FollowedMany } from '../../lambdas/contracts/api/subscriptions.ts';
import type { TickerGroups } from '../../lambdas/contracts/subscriber.ts';
import { Failure } from './parts.tsx';
import { readTickerList } from './ticker-list.ts';
import { useAction, useApi } from './use.ts';
import { joined } from './watchlist-order.ts';

/** Follows a pasted or dropped list, and tells what became of each name. */
export function FollowMany({ groups: own, onChange }: { groups: TickerGroups; onChange: () => void }) {
  const api = useApi();
  const [text, setText] = useState('');
  const [result, setResult] = useState<FollowedMany>();
  const list = readTickerList(text);
  const follow = useAction(async () => {
    const done = await api.followMany(list.tickers);
    const known = new Set([...done.followed, ...done.already]);
    const groups = list.groups
      .map(({ name, tickers }) => ({ name, tickers: tickers.filter((ticker) => known.has(ticker)) }))
      .filter(({ tickers }) => tickers.length > 0);
    if (groups.length > 0) await api.putMe({ groups: joined(own, groups) });
    setResult(done);
    setText('');
    onChange();
  });
  const count = list.tickers.length;
  return (
    <details className="many">
      <summary>Follow many at once</summary>
      <label htmlFor="many">Paste a list, or drop a file: AAPL, MSFT…, a CSV, or a TradingView export</label>
      <textarea
        id="many"
        rows={4}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={async (event) => {
          const [file] = event.dataTransfer.files;
          if (!file) return;
          event.preventDefault();
          setText(await file.text());
        }}
      />
      <p className="actions">
        <button
          type="button"
          className="primary"
          aria-disabled={follow.busy || count === 0}
          onClick={() => count > 0 && follow.run()}
        >
          {follow.busy
            ? 'Following…'
            : count === 0
              ? 'Follow them'
              : `Follow ${count === 1 ? 'one ticker' : `${count} tickers`}`}
        </button>
      </p>
      <Failure error={follow.error} />
      <div role="status">
        {result && (
          <Report
            result={result}
            follow={async (ticker) => {
              await api.follow(ticker);
              onChange();
            }}
          />
        )}
      </div>
    </details>
  );
}

function Report({ result, follow }: { result: FollowedMany; follow: (ticker: string) => Promise<void> }) {
  const { followed, already, unknown, tooMany } = result;
  return (
    <>
      <p>
        {followed.length === 0 ? 'No new ticker.' : `Now followed: ${followed.join(', ')}.`}
        {already.length > 0 && ` Followed before: ${already.join(', ')}.`}
        {tooMany.length > 0 && ` More than you may follow: ${tooMany.join(', ')}. Unfollow others first.`}
      </p>
      {unknown.length > 0 && (
        <ul className="plain">
          {unknown.map(({ name, suggestions }) => (
            <li key={name}>
              No delivery has {name}.{' '}
              {suggestions.map((ticker) => (
                <button key={ticker} type="button" onClick={() => void follow(ticker)}>
                  Follow {ticker}
                </button>
              ))}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
