import { useState } from 'react';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { CHART_WINDOWS, type ChartWindow } from '../../lambdas/contracts/chart-options.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { formatPrice, ratioText } from '../../lambdas/contracts/format.ts';
import { ChartPicture, Scroll, windowText } from './parts.tsx';

/** The last closes of a ticker as a table. */
export function Closes({ observations }: { observations: readonly ApiObservation[] }) {
  return (
    <section className="card" aria-labelledby="closes">
      <h2 id="closes">Last closes</h2>
      <Scroll label="Table of the last closes">
        <table>
          <thead>
            <tr>
              <th scope="col">Date</th>
              <th scope="col" className="number">
                Close
              </th>
              <th scope="col" className="number">
                Volume
              </th>
            </tr>
          </thead>
          <tbody>
            {observations.map((observation) => (
              <tr key={observation.date}>
                <th scope="row" className="noted">
                  {longDate(observation.date)} <small className="warn">{noteOf(observation)}</small>
                </th>
                <td className="number">{formatPrice(observation.close)}</td>
                <td className="number">
                  {observation.volume ? Number(observation.volume).toLocaleString('en-US') : '–'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

const noteOf = ({ suspect, split, corrects }: ApiObservation): string =>
  [
    suspect && 'suspect',
    split && `${ratioText(Number(split))} split`,
    corrects && `corrected, was ${formatPrice(corrects)}`,
  ]
    .filter(Boolean)
    .join(', ');

/** The chart of a ticker as the mail has it. */
export function InTheMail({ ticker }: { ticker: string }) {
  const [window, setWindow] = useState<ChartWindow>(90);
  return (
    <section className="card" aria-labelledby="mail">
      <h2 id="mail">In the mail</h2>
      <fieldset className="choices">
        <legend className="hidden">Window</legend>
        {CHART_WINDOWS.map((option) => (
          <button key={option} type="button" aria-pressed={option === window} onClick={() => setWindow(option)}>
            {windowText(option)}
          </button>
        ))}
      </fieldset>
      <ChartPicture
        ticker={ticker}
        window={window}
        theme={matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'}
      />
    </section>
  );
}
