import { Fragment, useState } from 'react';
import type { CollectorsView } from '../../lambdas/contracts/api/collectors.ts';
import { factsOf } from '../../lambdas/contracts/collect.ts';
import { Failure, Loading, Scroll } from './parts.tsx';
import { StartRun } from './start-run.tsx';
import { useAction, useApi, useLoaded, useWatch } from './use.ts';

type Run = CollectorsView['runs'][number];

const moment = (instant: string): string =>
  new Date(instant).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const number = (value: number): string => value.toLocaleString('en-US');

/** What market-data APIs brought: runs, planned ones, and what is left of quotas. Updated while the page is visible. */
export function Collectors() {
  const api = useApi();
  const { data, error, reload } = useLoaded(api.collectors, []);
  useWatch(reload);
  return (
    <>
      <h1>Collectors</h1>
      <Failure error={error} />
      {!data && !error && <Loading />}
      {data && (
        <>
          <Planned {...data} />
          <section className="card" aria-label="Runs">
            <h2>Runs</h2>
            {data.runs.length === 0 ? (
              <p>No run yet. Start one below, or add collectors to the stage: docs/collectors.md says how.</p>
            ) : (
              <Runs runs={data.runs} onStarted={reload} />
            )}
          </section>
          <StartRun onStarted={reload} />
        </>
      )}
    </>
  );
}

function Planned({ planned, quotas }: CollectorsView) {
  if (planned.length === 0) return null;
  return (
    <section className="card" aria-label="Planned">
      <h2>Planned</h2>
      <Scroll label="Planned runs">
        <table className="wide stacked">
          <thead>
            <tr>
              <th scope="col">Provider</th>
              <th scope="col">Dataset</th>
              <th scope="col" className="number">
                Subjects
              </th>
              <th scope="col">Next run</th>
              <th scope="col" className="number">
                Requests left today
              </th>
            </tr>
          </thead>
          <tbody>
            {planned.map(({ provider, dataset, role, subjects, next }) => {
              const quota = quotas.find((one) => one.provider === provider);
              return (
                <tr key={`${provider} ${dataset}`}>
                  <th scope="row">{factsOf(provider).title}</th>
                  <td>{role === 'check' ? `${dataset}, checks only` : dataset}</td>
                  <td className="number" data-name="subjects">
                    {subjects || 'default'}
                  </td>
                  <td className="muted" data-before="next run">
                    {moment(next)}
                  </td>
                  <td className={quota?.left === 0 ? 'number down' : 'number'} data-name={quota && 'requests left'}>
                    {quota && `${number(quota.left)} of ${number(quota.of)}`}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Runs({ runs, onStarted }: { runs: readonly Run[]; onStarted: () => void }) {
  const [open, setOpen] = useState('');
  return (
    <Scroll label="List of runs">
      <table className="wide stacked">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Rows
            </th>
            <th scope="col" className="number">
              Missing
            </th>
            <th scope="col" className="number">
              Requests
            </th>
            <th scope="col" className="number">
              Retries
            </th>
            <th scope="col">Started</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => {
            const id = `${run.provider} ${run.run}`;
            const isOpen = open === id;
            return (
              <Fragment key={id}>
                <tr>
                  <th scope="row">
                    <button
                      type="button"
                      className="link"
                      aria-expanded={isOpen}
                      onClick={() => setOpen(isOpen ? '' : id)}
                    >
                      {factsOf(run.provider).title} {run.dataset}
                    </button>
                  </th>
                  <td>
                    <RunState {...run} />
                  </td>
                  <td className="number" data-name="rows">
                    {number(run.rows)}
                  </td>
                  <td className={run.missingCount > 0 ? 'number down' : 'number'} data-name="missing">
                    {number(run.missingCount)}
                  </td>
                  <td className="number" data-name="requests">
                    {number(run.requests)}
                  </td>
                  <td className="number" data-name="retries">
                    {number(run.retries)}
                  </td>
                  <td className="muted nowrap">{moment(run.startedAt)}</td>
                </tr>
                {isOpen && (
                  <tr>
                    <td colSpan={7}>
                      <Details run={run} onStarted={onStarted} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

const STATES = { success: 'applied', partial: 'held', failed: 'rejected', running: '' };

function RunState({ state, answered, planned }: Run) {
  if (state !== 'running') return <span className={`state ${STATES[state]}`}>{state}</span>;
  return (
    <span className="state nowrap">
      {planned > 0 && <progress aria-label="answered requests" max={planned} value={answered} />} {number(answered)} of{' '}
      {number(planned)}
    </span>
  );
}

/** What a run wrote, what is missing and why, and a button to run it again. */
function Details({ run, onStarted }: { run: Run; onStarted: () => void }) {
  const api = useApi();
  const again = useAction(async () => {
    await api.runAgain(run.provider, run.run);
    onStarted();
  });
  const { files, missing, missingCount, rejections, rejected, flags, latencyMs, differences = [], compared } = run;
  const more = missingCount - missing.length;
  return (
    <div className="run-details">
      <p>
        {files.length === 0 && 'No file. '}
        {files.map(({ key, changed }) => `${key} ${changed ? 'was written' : 'has all of it already'}. `)}
        {number(run.rows)} rows from {number(run.requests)} requests, {number(run.retries)} of them again.
        {run.requests > 0 && ` An answer took ${number(latencyMs.mean)} ms, at most ${number(latencyMs.max)}.`}
        {flags.length > 0 && ` The provider says: ${flags.join(', ')}.`}
        {compared === 0 && ' No close is stored that could be compared.'}
        {compared !== undefined &&
          compared > 0 &&
          ` ${number(compared)} closes were compared, ${number(run.differing ?? 0)} differ.`}
      </p>
      {missing.length > 0 && (
        <ul>
          {missing.map(({ subject, fault, message }) => (
            <li key={subject}>
              <strong>{subject || 'All'}</strong> is missing ({fault}): {message}
            </li>
          ))}
          {more > 0 && <li>and {number(more)} more</li>}
        </ul>
      )}
      {differences.length > 0 && (
        <ul>
          {differences.map(({ ticker, date, close, other }) => (
            <li key={`${ticker} ${date}`}>
              <strong>{ticker}</strong> on {date}: stored {close}, found {other}
            </li>
          ))}
        </ul>
      )}
      {rejected > 0 && (
        <p>
          {number(rejected)} rows were rejected, the first: {rejections[0]?.subject} {rejections[0]?.reason}.
        </p>
      )}
      <button type="button" aria-disabled={again.busy} onClick={() => again.run()}>
        Run again
      </button>
      {again.done && <span className="muted"> Started.</span>}
      <Failure error={again.error} />
    </div>
  );
}
