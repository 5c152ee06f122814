import { useState } from 'react';
import { Link } from 'wouter';
import type { Me, Subscription } from '../../lambdas/contracts/api.ts';
import type { ChartWindow } from '../../lambdas/contracts/subscriber.ts';
import {
  Change,
  ChartPicture,
  dateText,
  Failure,
  Loading,
  priceText,
  Sparkline,
  WINDOWS,
  windowText,
} from './parts.tsx';
import { Search } from './search.tsx';
import { Settings } from './settings.tsx';
import { useAction, useApi, useLoaded } from './use.ts';

/** What one follows, and how it comes. */
export function Home({ signOut }: { signOut: () => void }) {
  const api = useApi();
  const subscriptions = useLoaded(api.subscriptions, []);
  const me = useLoaded(api.me, []);
  const followed = new Set(subscriptions.data?.map(({ ticker }) => ticker));
  const changed = () => {
    subscriptions.reload();
    me.reload();
  };
  const list = subscriptions.data;
  return (
    <>
      <h1>My tickers</h1>
      <Failure error={subscriptions.error ?? me.error} />
      {me.data?.undeliverable && <Stopped {...me.data.undeliverable} onChange={changed} />}
      <Search followed={followed} onChange={changed} />
      <section aria-labelledby="followed" className="card">
        <h2 id="followed" tabIndex={-1}>
          You follow {list ? (list.length === 1 ? 'one ticker' : `${list.length} tickers`) : '…'}
        </h2>
        {!list && <Loading />}
        {list?.length === 0 && (
          <p>Nothing yet. Type the name of a ticker above; a mail comes with the next delivery that changes it.</p>
        )}
        {list && list.length > 0 && (
          <ul className="rows">
            {list.map((subscription) => (
              <Followed key={subscription.ticker} subscription={subscription} onChange={changed} />
            ))}
          </ul>
        )}
      </section>
      {me.data && list && list.length > 0 && <SendNow theme={me.data.theme} first={list[0]} />}
      {me.data && <Settings me={me.data} onChange={changed} signOut={signOut} />}
    </>
  );
}

const STOPPED = {
  bounced: 'your mailbox sent one back as undeliverable',
  complained: 'one was reported as spam from your mailbox',
};

/** Why no digests come, and the way back. */
function Stopped({ why, at, onChange }: NonNullable<Me['undeliverable']> & { onChange: () => void }) {
  const api = useApi();
  const resume = useAction(async () => {
    await api.putMe({ pausedUntil: null });
    onChange();
  });
  return (
    <section className="card" aria-label="No digests">
      <p className="failure" role="alert">
        No digests come: {STOPPED[why]} on {dateText(at.slice(0, 10))}.
      </p>
      <p className="actions">
        <button type="button" aria-disabled={resume.busy} onClick={() => resume.run()}>
          Send them again
        </button>
      </p>
      <Failure error={resume.error} />
    </section>
  );
}

function Followed({
  subscription: { ticker, window },
  onChange,
}: {
  subscription: Subscription;
  onChange: () => void;
}) {
  const api = useApi();
  const { data } = useLoaded(
    async () => (await api.search(ticker, 5)).tickers.find((found) => found.ticker === ticker),
    [ticker],
  );
  const change = useAction(async (next: ChartWindow) => {
    await api.follow(ticker, next);
    onChange();
  });
  const unfollow = useAction(async () => {
    await api.unfollow(ticker);
    // Its own button goes with the row.
    document.getElementById('followed')?.focus();
    onChange();
  });
  return (
    <li>
      <span className="name">
        <Link href={`/tickers/${encodeURIComponent(ticker)}`}>{ticker}</Link>
        {data?.date && <small className="muted">{dateText(data.date)}</small>}
      </span>
      <Sparkline ticker={ticker} last={data?.date} />
      <span className="number">
        {data?.close ? priceText(data.close) : '–'}
        <small>{data?.suspect ? <span className="warn">suspect</span> : <Change change={data?.dayChange} />}</small>
      </span>
      <label>
        <span className="hidden">Chart window of {ticker}</span>
        <select
          value={window}
          aria-disabled={change.busy}
          onChange={(event) => change.run(Number(event.target.value) as ChartWindow)}
        >
          {WINDOWS.map((option) => (
            <option key={option} value={option}>
              {windowText(option)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="quiet"
        aria-disabled={unfollow.busy}
        onClick={() => unfollow.run()}
        aria-label={`Unfollow ${ticker}`}
      >
        Unfollow
      </button>
      <Failure error={change.error ?? unfollow.error} />
    </li>
  );
}

function SendNow({ theme, first }: { theme: 'light' | 'dark'; first: Subscription | undefined }) {
  const api = useApi();
  const [isOpen, setOpen] = useState(false);
  const send = useAction(api.preview);
  return (
    <section className="card" aria-labelledby="now">
      <h2 id="now">See what you get</h2>
      <p className="actions">
        <button type="button" className="primary" aria-disabled={send.busy} onClick={() => send.run()}>
          {send.busy ? 'Sending…' : 'Send me one now'}
        </button>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide the preview' : 'Preview a chart'}
        </button>
      </p>
      {send.done && <p role="status">Sent: look into your mail.</p>}
      <Failure error={send.error} />
      {isOpen && first && <ChartPicture ticker={first.ticker} window={first.window} theme={theme} />}
    </section>
  );
}
