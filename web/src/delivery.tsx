import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { DeliveryDetail } from '../../lambdas/contracts/api/deliveries.ts';
import { parseDeliveryId } from '../../lambdas/contracts/delivery-id.ts';
import { withAnswer } from '../../lambdas/contracts/profile.ts';
import type { Answer } from '../../lambdas/contracts/report.ts';
import { State } from './delivery-list.tsx';
import { DeliveryMails } from './delivery-mails.tsx';
import { Outcome } from './outcome.tsx';
import { Failure, Loading } from './parts.tsx';
import { useAction, useApi, useLoaded, useWatch } from './use.ts';

/** One delivery: its outcome, and the reasons for quarantined rows. */
export function Delivery({ id }: { id: string }) {
  const api = useApi();
  const { data, error, reload } = useLoaded(() => api.delivery(id), [id]);
  useWatch(reload);
  const download = useAction(async () => {
    const url = URL.createObjectURL(await api.quarantine(id));
    const link = Object.assign(document.createElement('a'), {
      href: url,
      download: `${id.replaceAll('/', '_')}.quarantine.csv`,
    });
    link.click();
    URL.revokeObjectURL(url);
  });
  return (
    <>
      <p>
        <Link href="/deliveries">← Deliveries</Link>
      </p>
      <h1>{id}</h1>
      <Failure error={error ?? download.error} />
      {!data && !error && <Loading />}
      {data && (
        <section className="card" aria-label="Report">
          <p>
            <State {...data} />{' '}
            <span className="muted">
              {data.state === 'revoked' ? 'since' : 'uploaded'}{' '}
              {new Date(data.state === 'revoked' ? data.changedAt : data.droppedAt).toLocaleString('en-GB')}
            </span>
          </p>
          {data.report ? (
            <Outcome report={data.report}>
              <Answers id={id} answers={data.report.answers ?? []} onCommand={reload} />
            </Outcome>
          ) : (
            <p>There is no report yet.</p>
          )}
          {data.report?.quarantine && (
            <p>
              <button type="button" aria-disabled={download.busy} onClick={() => download.run()}>
                Download all quarantined rows
              </button>
            </p>
          )}
          <Commands id={id} delivery={data} onCommand={reload} />
        </section>
      )}
      {data?.inPrices && <DeliveryMails id={id} isNewest={data.state === 'applied' || data.state === 'revoked'} />}
    </>
  );
}

/** Commands of an operator. Ingest carries them out, and the page shows the new state. */
function Commands({ id, delivery, onCommand }: { id: string; delivery: DeliveryDetail; onCommand: () => void }) {
  const api = useApi();
  const [isAsked, setAsked] = useState(false);
  /** `changedAt` of the delivery when the last command was sent. */
  const [sentAt, setSentAt] = useState<string>();
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (isAsked) box.current?.focus();
  }, [isAsked]);
  const command = useAction(async (send: (id: string) => Promise<unknown>) => {
    await send(id);
    setSentAt(delivery.changedAt);
    setAsked(false);
    onCommand();
  });
  return (
    <>
      {isAsked ? (
        <fieldset tabIndex={-1} ref={box}>
          <legend>Revoke {id}</legend>
          <p>Its prices are removed. Subscribers who received them get a correction.</p>
          <p className="actions">
            <button
              type="button"
              className="danger"
              aria-disabled={command.busy}
              onClick={() => command.run(api.revoke)}
            >
              Revoke it
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              Cancel
            </button>
          </p>
        </fieldset>
      ) : (
        <p className="actions">
          {delivery.isHeld && (
            <button
              type="button"
              className="primary"
              aria-disabled={command.busy}
              onClick={() => command.run(api.release)}
            >
              Release: apply it
            </button>
          )}
          <button type="button" aria-disabled={command.busy} onClick={() => command.run(api.replay)}>
            {delivery.state === 'revoked' ? 'Apply it again' : 'Read the file again'}
          </button>
          {delivery.inPrices && (
            <button type="button" className="outlined" onClick={() => setAsked(true)}>
              Revoke…
            </button>
          )}
        </p>
      )}
      {sentAt === delivery.changedAt && <p role="status">Command sent. Its outcome appears here.</p>}
      <Failure error={command.error} />
    </>
  );
}

/** The answers to the question of a rejected file. One click adds an answer to the feed's profile, and reads the file again. */
function Answers({ id, answers, onCommand }: { id: string; answers: readonly Answer[]; onCommand: () => void }) {
  const api = useApi();
  const settle = useAction(async (answer: Answer) => {
    const feed = parseDeliveryId(id).feed;
    const { version, profile } = await api.profile(feed);
    await api.putProfile(feed, { basedOn: version, profile: withAnswer(profile, answer.profile) });
    await api.replay(id);
    onCommand();
  });
  if (answers.length === 0) return null;
  return (
    <>
      <p>Which is right? The answer becomes part of the feed’s profile, and the file is read again.</p>
      <p className="actions">
        {answers.map((answer) => (
          <button key={answer.answer} type="button" aria-disabled={settle.busy} onClick={() => settle.run(answer)}>
            {answer.answer}
          </button>
        ))}
      </p>
      <Failure error={settle.error} />
    </>
  );
}
