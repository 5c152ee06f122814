import { Link } from 'wouter';
import type { Report } from '../../lambdas/contracts/report.ts';
import { State } from './deliveries.tsx';
import { Failure, Loading, Scroll } from './parts.tsx';
import { useAction, useApi, useLoaded } from './use.ts';

/** One delivery: what became of it, and which rows were rejected why. */
export function Delivery({ id }: { id: string }) {
  const api = useApi();
  const { data, error } = useLoaded(() => api.delivery(id), [id]);
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
            <span className="muted">dropped {new Date(data.droppedAt).toLocaleString('en-GB')}</span>
          </p>
          {data.report ? <Outcome report={data.report} /> : <p>There is no report yet.</p>}
          {data.report?.quarantine && (
            <p>
              <button type="button" aria-disabled={download.busy} onClick={() => download.run()}>
                Download all rejected rows
              </button>
            </p>
          )}
        </section>
      )}
    </>
  );
}

function Outcome({ report }: { report: Report }) {
  const { rows, rejection, problems } = report;
  const facts: [string, number][] = [
    ['Rows read', rows.read],
    ['Accepted', rows.accepted],
    ['Rejected', rows.quarantined],
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
          <h2 id="rejected">Rejected rows</h2>
          <Scroll label="Table of the rejected rows">
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
