import { useState } from 'react';
import type { DeliveryMails as Mails } from '../../lambdas/contracts/api/deliveries.ts';
import { Failure, Scroll } from './parts.tsx';
import { useAction, useApi } from './use.ts';

const NAMES: Record<keyof Mails['counts'], string> = {
  expected: 'Expected',
  delivered: 'Delivered',
  sent: 'Sent, not confirmed by the mailbox',
  bounced: 'Bounced',
  refused: 'Failed',
  unconfirmed: 'Unconfirmed',
  heldBack: 'Held back',
  none: 'Not due, or not sent yet',
};

/** What became of the mails of a delivery. All subscribers are looked at, so it is asked for by a button. */
export function DeliveryMails({ id }: { id: string }) {
  const api = useApi();
  const [found, setFound] = useState<Mails>();
  const count = useAction(async () => {
    let all: Mails | undefined;
    for (let after: string | undefined; ; ) {
      const page = await api.deliveryMails(id, after);
      all = all ? added(all, page) : page;
      setFound(all);
      after = page.next;
      if (!after) return;
    }
  });
  return (
    <section className="card" aria-labelledby="mails">
      <h2 id="mails">Mails about it</h2>
      {!found && <p>Counts the digests of every subscriber who follows a changed ticker.</p>}
      <p className="actions">
        <button type="button" aria-disabled={count.busy} onClick={() => count.run()}>
          {count.busy ? 'Counting…' : found ? 'Count again' : 'Who got it?'}
        </button>
      </p>
      <Failure error={count.error} />
      {found && (
        <>
          <dl className="facts" aria-live="polite">
            {(Object.keys(NAMES) as (keyof Mails['counts'])[]).map((name) => (
              <div key={name}>
                <dt className="muted">{NAMES[name]}</dt>
                <dd>{found.counts[name].toLocaleString('en-US')}</dd>
              </div>
            ))}
          </dl>
          {found.without.length > 0 && <Without without={found.without} />}
        </>
      )}
    </section>
  );
}

const MAX_ROWS = 500;

function Without({ without }: { without: Mails['without'] }) {
  const more = without.length - MAX_ROWS;
  return (
    <>
      <h3>Who did not get it</h3>
      <Scroll label="Who did not get it">
        <table className="wide">
          <thead>
            <tr>
              <th scope="col">Subscriber</th>
              <th scope="col">Why</th>
              <th scope="col">Address</th>
            </tr>
          </thead>
          <tbody>
            {without.slice(0, MAX_ROWS).map((one) => (
              <tr key={one.subscriber}>
                <th scope="row">
                  <code>{one.subscriber}</code>
                </th>
                <td>{one.why}</td>
                <td>
                  <Address subscriber={one.subscriber} masked={one.address} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {more > 0 && <p className="muted">and {more.toLocaleString('en-US')} more</p>}
    </>
  );
}

/** Masked until it is asked for. */
function Address({ subscriber, masked }: { subscriber: string; masked: string }) {
  const api = useApi();
  const [address, setAddress] = useState<string>();
  const ask = useAction(async () => setAddress(await api.addressOf(subscriber)));
  if (address) return <>{address}</>;
  return (
    <>
      {masked}{' '}
      <button
        type="button"
        className="quiet"
        aria-label={`Show the address of ${masked}`}
        aria-disabled={ask.busy}
        onClick={() => ask.run()}
      >
        Show
      </button>
      <Failure error={ask.error} />
    </>
  );
}

function added(all: Mails, page: Mails): Mails {
  const counts = Object.fromEntries(
    (Object.keys(NAMES) as (keyof Mails['counts'])[]).map((name) => [name, all.counts[name] + page.counts[name]]),
  ) as Mails['counts'];
  return {
    ...page,
    counts,
    without: [...all.without, ...page.without],
    unreadable: [...all.unreadable, ...page.unreadable],
  };
}
