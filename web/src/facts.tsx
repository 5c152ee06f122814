import type { Facts as AllFacts } from '../../lambdas/contracts/api/facts.ts';
import { longDate, shortDate } from '../../lambdas/contracts/dates.ts';
import { formatCount, groupThousands } from '../../lambdas/contracts/format.ts';
import { type Mood as MoodName, moodOf } from '../../lambdas/contracts/mood.ts';
import { useApi, useLoaded } from './use.ts';

/** News, fundamentals and the next policy dates, as far as they are collected. */
export function Facts({ ticker }: { ticker: string }) {
  const api = useApi();
  const { data } = useLoaded(() => api.facts(ticker), [ticker]);
  if (!data) return null;
  const { news, fundamentals, policy } = data;
  return (
    <>
      {fundamentals.length > 0 && (
        <section className="card" aria-label="Fundamentals">
          <h2>Fundamentals</h2>
          <dl className="facts">
            {fundamentals.map((one) => (
              <div key={one.name}>
                <dt>{one.name}</dt>
                <dd>
                  {figure(one)} <span className="muted">{one.date.slice(0, 4)}</span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {news.length > 0 && (
        <section className="card" aria-label="News">
          <h2>News</h2>
          <ul className="news">
            {news.map((one) => (
              <li key={`${one.published} ${one.headline}`}>
                <Mood {...one} />
                <span>
                  {one.url ? (
                    <a href={one.url} target="_blank" rel="noreferrer noopener">
                      {one.headline}
                    </a>
                  ) : (
                    one.headline
                  )}{' '}
                  <span className="muted">
                    {[one.source, shortDate(one.published.slice(0, 10))].filter(Boolean).join(' · ')}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {policy.length > 0 && (
        <section className="card" aria-label="Next dates">
          <h2>Next dates</h2>
          <ul className="news">
            {policy.map(({ date, time, title, url }) => (
              <li key={`${date} ${title}`}>
                <span className="when">{longDate(date)}</span>
                <span>
                  {url ? (
                    <a href={url} target="_blank" rel="noreferrer noopener">
                      {title}
                    </a>
                  ) : (
                    title
                  )}{' '}
                  {time && <span className="muted">{time} New York time</span>}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function figure({ value, kind, unit }: AllFacts['fundamentals'][number]): string {
  const number = Number(value);
  if (kind === 'share') return `${(number * 100).toFixed(2)} %`;
  const sign = number < 0 ? '−' : '';
  const size = Math.abs(number);
  const shown = kind === 'money' && size >= 1e6 ? formatCount(size) : groupThousands(String(Number(size.toFixed(2))));
  return `${sign}${shown}${unit ? ` ${unit}` : ''}`;
}

const COLOURS: Record<MoodName, string> = { positive: 'up', neutral: 'muted', negative: 'down' };

/** The mood of a headline, in words and colour. */
function Mood({ polarity, finance }: Pick<AllFacts['news'][number], 'polarity' | 'finance'>) {
  const mood = moodOf(polarity, finance);
  return (
    <span className={`mood ${COLOURS[mood]}`} title={`Polarity ${polarity}, finance ${finance}: from -1 to 1`}>
      {mood}
    </span>
  );
}
