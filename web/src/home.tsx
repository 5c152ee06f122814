import { useState } from 'react';
import { Link } from 'wouter';
import type { Me } from '../../lambdas/contracts/api/me.ts';
import type { Subscription } from '../../lambdas/contracts/api/subscriptions.ts';
import { CHART_WINDOWS, type ChartWindow } from '../../lambdas/contracts/chart-options.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { formatPriceOf } from '../../lambdas/contracts/format.ts';
import { Movers } from './movers.tsx';
import { Change, Failure, Loading, Sparkline, windowText } from './parts.tsx';
import { Search } from './search.tsx';
import { Settings } from './settings.tsx';
import { useAction, useApi, useLoaded } from './use.ts';

/** Followed tickers and preferences. */
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
          <p>No ticker yet. Type its name above. You get a mail with the next delivery that changes it.</p>
        )}
        {list && list.length > 0 && (
          <ul className="rows">
            {list.map((subscription) => (
              <Followed key={subscription.ticker} subscription={subscription} onChange={changed} />
            ))}
          </ul>
        )}
      </section>
      <Movers />
      {list && list.length > 0 && <Preview />}
      {me.data && <Settings me={me.data} onChange={changed} signOut={signOut} />}
    </>
  );
}

const STOPPED = {
  bounced: 'your mailbox rejected one as undeliverable',
  complained: 'one was reported as spam from your mailbox',
};

/** Why digests are stopped, and a button to resume. */
function Stopped({ why, at, onChange }: NonNullable<Me['undeliverable']> & { onChange: () => void }) {
  const api = useApi();
  const resume = useAction(async () => {
    await api.putMe({ pausedUntil: null });
    onChange();
  });
  return (
    <section className="card" aria-label="No digests">
      <p className="failure" role="alert">
        Digests are stopped: {STOPPED[why]} on {longDate(at.slice(0, 10))}.
      </p>
      <p className="actions">
        <button type="button" aria-disabled={resume.busy} onClick={() => resume.run()}>
          Resume digests
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
    // The button is removed with its row: move the focus.
    document.getElementById('followed')?.focus();
    onChange();
  });
  return (
    <li>
      <span className="name">
        <Link href={`/tickers/${encodeURIComponent(ticker)}`}>{data?.renamedTo ?? ticker}</Link>
        {data?.renamedTo && <small className="muted">formerly {ticker}</small>}
        {data?.date && <small className="muted">{longDate(data.date)}</small>}
      </span>
      <Sparkline ticker={ticker} last={data?.date} />
      <span className="number">
        {data?.close ? formatPriceOf(ticker, data.close) : '–'}
        <small>{data?.suspect ? <span className="warn">suspect</span> : <Change change={data?.dayChange} />}</small>
      </span>
      <label>
        <span className="hidden">Chart window of {ticker}</span>
        <select
          value={window}
          aria-disabled={change.busy}
          onChange={(event) => change.run(Number(event.target.value) as ChartWindow)}
        >
          {CHART_WINDOWS.map((option) => (
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

/** The whole mail, as it would be sent now. */
function Preview() {
  const api = useApi();
  const [isOpen, setOpen] = useState(false);
  const send = useAction(api.preview);
  return (
    <section className="card" aria-labelledby="now">
      <h2 id="now">Preview your mail</h2>
      <p className="actions">
        <button type="button" className="primary" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide the preview' : 'Show the mail'}
        </button>
        <button type="button" aria-disabled={send.busy} onClick={() => send.run()}>
          {send.busy ? 'Sending…' : 'Send me one now'}
        </button>
      </p>
      {send.done && <p role="status">Sent. Check your mail.</p>}
      <Failure error={send.error} />
      {isOpen && <ShownMail />}
    </section>
  );
}

function ShownMail() {
  const api = useApi();
  const mail = useLoaded(api.previewHtml, []);
  if (mail.error) return <Failure error={mail.error} />;
  if (!mail.data) return <Loading />;
  return <iframe className="mail" title="Your mail" sandbox="allow-popups" srcDoc={mail.data} />;
}
