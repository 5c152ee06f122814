import { useEffect, useState } from 'react';
import type { DeliveryMails as Mails } from '../../lambdas/contracts/api/deliveries.ts';
import { durationText } from './duration-text.ts';
import { Failure, Loading, Scroll } from './parts.tsx';
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

/** Pages of subscribers that are counted when the page opens; with more subscribers a button counts the rest. */
const PAGES_AT_ONCE = 5;

/** What became of the mails of a delivery. All subscribers are looked at. `isNewest`: false if the newest file is not applied. */
export function DeliveryMails({ id, isNewest }: { id: string; isNewest: boolean }) {
  const api = useApi();
  const [found, setFound] = useState<Mails>();
  const count = useAction(async (before: Mails | undefined, pages: number) => {
    let all = before;
    for (let i = 0; i < pages && (!all || all.next); i++) {
      const page = await api.deliveryMails(id, all?.next);
      all = all ? added(all, page) : page;
      setFound(all);
    }
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each delivery
  useEffect(() => count.run(undefined, PAGES_AT_ONCE), [id]);
  return (
    <section className="card" aria-labelledby="mails">
      <div className="bar">
        <h2 id="mails">Mails about it</h2>
        {found && (
          <button
            type="button"
            className="quiet"
            aria-disabled={count.busy}
            onClick={() => count.run(undefined, PAGES_AT_ONCE)}
          >
            {count.busy && !found.next ? 'Counting…' : 'Count again'}
          </button>
        )}
      </div>
      {!isNewest && <p>These are the mails of the revision that is applied, not of this file.</p>}
      {!found && !count.error && <Loading />}
      <Failure error={count.error} />
      {found && (
        <>
          <dl className="facts" aria-live="polite">
            {shownOf(found.counts).map((name) => (
              <div key={name}>
                <dt className="muted">{NAMES[name]}</dt>
                <dd className={TROUBLE.has(name) ? 'down' : undefined}>{found.counts[name].toLocaleString('en-US')}</dd>
              </div>
            ))}
            {found.waits.length > 0 && (
              <>
                <Wait name="Half of them within" waits={found.waits} share={0.5} />
                <Wait name="99 % of them within" waits={found.waits} share={0.99} />
                <Wait name="The last one within" waits={found.waits} share={1} />
              </>
            )}
          </dl>
          {found.next && (
            <p>
              There are more subscribers than these: the numbers are not complete.{' '}
              <button type="button" aria-disabled={count.busy} onClick={() => count.run(found, Infinity)}>
                {count.busy ? 'Counting…' : 'Count the rest'}
              </button>
            </p>
          )}
          {found.without.length > 0 && <Without without={found.without} />}
        </>
      )}
    </section>
  );
}

/** How long after the upload a share (0 to 1) of the mails was sent. */
function Wait({ name, waits, share }: { name: string; waits: readonly number[]; share: number }) {
  const seconds = waits[Math.max(0, Math.ceil(share * waits.length) - 1)] ?? 0;
  return (
    <div>
      <dt className="muted">{name}</dt>
      <dd>{seconds < 120 ? `${seconds.toFixed(1)} s` : durationText(seconds * 1000)}</dd>
    </div>
  );
}

type CountName = keyof Mails['counts'];

const TROUBLE = new Set<CountName>(['bounced', 'refused', 'unconfirmed']);

/** What is expected and delivered, and every other number that is not zero. */
const shownOf = (counts: Mails['counts']): CountName[] =>
  (Object.keys(NAMES) as CountName[]).filter((name) => counts[name] > 0 || name === 'expected' || name === 'delivered');

const MAX_ROWS = 500;

function Without({ without }: { without: Mails['without'] }) {
  const more = without.length - MAX_ROWS;
  return (
    <>
      <h3>Who did not get it</h3>
      <Scroll label="Who did not get it">
        <table className="wide stacked">
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
                <td className="nowrap">
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
    (Object.keys(NAMES) as CountName[]).map((name) => [name, all.counts[name] + page.counts[name]]),
  ) as Mails['counts'];
  // Not `...all`: `next` is the one of the last page.
  return {
    ...page,
    counts,
    without: [...all.without, ...page.without],
    waits: [...all.waits, ...page.waits].sort((a, b) => a - b),
    unreadable: [...all.unreadable, ...page.unreadable],
  };
}
