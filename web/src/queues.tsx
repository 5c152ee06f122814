import type { QueuesView } from '../../lambdas/contracts/api/queues.ts';
import { Failure, Scroll } from './parts.tsx';
import { useAction, useApi, useLoaded, useWatch } from './use.ts';

/** Messages that wait, and dead letters with a button to send them back. */
export function Queues() {
  const api = useApi();
  const { data, error, reload } = useLoaded(api.queues, []);
  useWatch(reload);
  return (
    <section className="card" aria-labelledby="queues">
      <h2 id="queues">Queues</h2>
      <Failure error={error} />
      {data && (
        <Scroll label="List of queues">
          <table className="wide stacked">
            <thead>
              <tr>
                <th scope="col">Queue</th>
                <th scope="col" className="number">
                  Waiting
                </th>
                <th scope="col" className="number">
                  In progress
                </th>
                <th scope="col" className="number">
                  Dead letters
                </th>
                <th scope="col">
                  <span className="hidden">Action</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((queue) => (
                <Row key={queue.name} queue={queue} onChange={reload} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Row({ queue, onChange }: { queue: QueuesView['queues'][number]; onChange: () => void }) {
  const api = useApi();
  const { name, holds, waiting, inProgress, deadLetters } = queue;
  const redrive = useAction(async () => {
    await api.redrive(name);
    onChange();
  });
  return (
    <tr>
      <th scope="row">
        {name} <span className="muted">{holds}</span>
      </th>
      <td className="number" data-name="waiting">
        {waiting.toLocaleString('en-US')}
      </td>
      <td className="number" data-name="in progress">
        {inProgress.toLocaleString('en-US')}
      </td>
      <td className={deadLetters > 0 ? 'number down' : 'number'} data-name="dead letters">
        {deadLetters.toLocaleString('en-US')}
      </td>
      <td>
        {deadLetters > 0 && (
          <button
            type="button"
            aria-label={`Send the dead letters of ${name} back`}
            aria-disabled={redrive.busy}
            onClick={() => redrive.run()}
          >
            {redrive.busy ? 'Sending…' : 'Send back'}
          </button>
        )}
        <Failure error={redrive.error} />
      </td>
    </tr>
  );
}
