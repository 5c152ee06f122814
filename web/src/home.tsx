import { useCallback, useState } from 'react';
import { Link } from 'wouter';
import type { Me } from '../../lambdas/contracts/api/me.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { FollowMany } from './follow-many.tsx';
import { Movers } from './movers.tsx';
import { Failure, Loading } from './parts.tsx';
import { Search } from './search.tsx';
import { useAction, useApi, useLoaded } from './use.ts';
import { Watchlist } from './watchlist.tsx';

/** Followed tickers, and how to find others. */
export function Home() {
  const api = useApi();
  const watchlist = useLoaded(api.watchlist, []);
  const me = useLoaded(api.me, []);
  const { reload: reloadList } = watchlist;
  const { reload: reloadMe } = me;
  const changed = useCallback(() => {
    reloadList();
    reloadMe();
  }, [reloadList, reloadMe]);
  const rows = watchlist.data;
  const isEmpty = rows?.length === 0;
  return (
    <>
      <h1>My tickers</h1>
      <Failure error={watchlist.error ?? me.error} />
      {me.data && <Stopped me={me.data} onChange={changed} />}
      <section className="card" aria-label="Find a ticker">
        <Search followed={new Set(rows?.map(({ ticker }) => ticker))} onChange={changed} />
        <FollowMany groups={me.data?.groups ?? []} onChange={changed} />
      </section>
      <Watchlist rows={rows} groups={me.data?.groups} onChange={changed} />
      <Movers onFollow={isEmpty ? changed : undefined} />
      {rows && !isEmpty && <Preview />}
      <p>
        <Link href="/settings">Look, windows and pauses of your mails are in the settings.</Link>
      </p>
    </>
  );
}

const STOPPED = {
  bounced: 'your mailbox rejected one as undeliverable',
  complained: 'one was reported as spam from your mailbox',
};

/** Why no mails are sent, and a button to resume. */
function Stopped({ me: { undeliverable, state }, onChange }: { me: Me; onChange: () => void }) {
  const api = useApi();
  const resume = useAction(async () => {
    await api.putMe({ pausedUntil: null });
    onChange();
  });
  if (!undeliverable && state !== 'paused') return null;
  const why = undeliverable
    ? `Digests are stopped: ${STOPPED[undeliverable.why]} on ${longDate(undeliverable.at.slice(0, 10))}.`
    : 'You unsubscribed: no mails are sent.';
  return (
    <section className="card" aria-label="No digests">
      <p className="failure" role="alert">
        {why}
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
