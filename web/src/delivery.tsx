import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { DeliveryDetail } from '../../lambdas/contracts/api/deliveries.ts';
import type { Report } from '../../lambdas/contracts/report.ts';
import { State } from './deliveries.tsx';
import { Failure, Loading, Scroll } from './parts.tsx';
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
          {data.report ? <Outcome report={data.report} /> : <p>There is no report yet.</p>}
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
          <button type="button" aria-disabled={command.busy} onClick={() => command.run(api.replay)}>
            {delivery.state === 'revoked' ? 'Apply it again' : 'Read the file again'}
          </button>
          {delivery.inPrices && (
            <button type="button" className="quiet" onClick={() => setAsked(true)}>
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

function Outcome({ report }: { report: Report }) {
  const { rows, rejection, problems } = report;
  const facts: [string, number][] =
    report.state === 'revoked'
      ? [['Tickers changed', report.changedTickers]]
      : [
          ['Rows read', rows.read],
          ['Accepted', rows.accepted],
          ['Quarantined', rows.quarantined],
          ['Tickers', report.tickers],
          ['Tickers changed', report.changedTickers],
          ['Duplicates', report.duplicates],
          ['Updates that inserted', report.updatesThatInserted],
          ['Tickers retired', report.retiredTickers],
        ];
  return (
    <>
      {rejection && (
        <p className="failure" role="alert">
          The whole file was rejected{rejection.line ? `, line ${rejection.line}` : ''}
          {rejection.column ? `, column “${rejection.column}”` : ''}: expected {rejection.expected}, found{' '}
          {rejection.found}.
        </p>
      )}
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value.toLocaleString('en-US')}</dd>
          </div>
        ))}
      </dl>
      {problems.length > 0 && (
        <>
          <h2 id="quarantined">Quarantined rows</h2>
          <Scroll label="Table of the quarantined rows">
            <table className="wide">
              <thead>
                <tr>
                  <th scope="col">Line</th>
                  <th scope="col">Column</th>
                  <th scope="col">Expected</th>
                  <th scope="col">Found</th>
                </tr>
              </thead>
              <tbody>
                {problems.map(({ line, column, expected, found }) => (
                  <tr key={`${line} ${column}`}>
                    <th scope="row">{line ?? '–'}</th>
                    <td>{column ?? '–'}</td>
                    <td>{expected}</td>
                    <td>{found}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </>
  );
}
