import { Link } from 'wouter';
import type { FeedsView } from '../../lambdas/contracts/api/feeds.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { nameOfFeed } from '../../lambdas/contracts/feed-schedules.ts';
import { pageOf } from './delivery-list.tsx';
import { durationText } from './duration-text.ts';
import { Failure, Scroll } from './parts.tsx';
import { useApi, useLoaded, useWatch } from './use.ts';

const POLL_MS = 30_000;

type Feed = FeedsView['feeds'][number];
type Expected = NonNullable<Feed['last']>;

/** The file that each feed owes: late, arrived, or when it is due. */
export function DueFiles() {
  const api = useApi();
  const { data, error, reload } = useLoaded(api.feeds, []);
  useWatch(reload, POLL_MS);
  if (error) return <Failure error={error} />;
  if (!data) return null;
  return (
    <section className="card" aria-labelledby="due">
      <h2 id="due">Files that are due</h2>
      {data.feeds.length === 0 ? (
        <p className="muted">No feed of this stage has a time: a file that does not come is not noticed.</p>
      ) : (
        <Scroll label="Files that are due">
          <table className="wide stacked">
            <thead>
              <tr>
                <th scope="col">Feed</th>
                <th scope="col">Last file</th>
                <th scope="col">State</th>
                <th scope="col">Next file</th>
              </tr>
            </thead>
            <tbody>
              {data.feeds.map(({ feed, last, next }) => (
                <tr key={feed}>
                  <th scope="row">{nameOfFeed(feed)}</th>
                  <td data-before="last file">{last ? longDate(last.fileDate) : '–'}</td>
                  <td>{last && <Clock file={last} now={Date.parse(data.now)} />}</td>
                  <td className="muted" data-before="next file">
                    {next &&
                      `${longDate(next.fileDate)}, due in ${durationText(Date.parse(next.dueAt) - Date.parse(data.now))}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

/** How late a file is, or when it arrived. @param now ms since 1970 */
function Clock({ file: { dueAt, arrived }, now }: { file: Expected; now: number }) {
  const due = Date.parse(dueAt);
  if (!arrived) return <span className="state rejected">late by {durationText(now - due)}</span>;
  const ahead = due - Date.parse(arrived.droppedAt);
  return (
    <>
      <span className={`state ${arrived.state}`}>{arrived.state === 'received' ? 'arrived' : arrived.state}</span>{' '}
      <Link href={pageOf(arrived.delivery)}>
        <span className={ahead < 0 ? 'warn' : undefined}>
          {durationText(Math.abs(ahead))} {ahead >= 0 ? 'early' : 'late'}
        </span>
      </Link>
    </>
  );
}
