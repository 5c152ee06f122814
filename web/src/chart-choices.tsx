import { useState } from 'react';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { RANGES, type Range } from './draw-chart.ts';

type Props = {
  range: Range;
  asOf: string;
  compare: string;
  onRange: (range: Range) => void;
  onAsOf: (date: string) => void;
  onCompare: (ticker: string) => void;
};

/** What the chart shows. All of it is in the address of the page, which can be shared. */
export function ChartChoices({ range, asOf, compare, onRange, onAsOf, onCompare }: Props) {
  const [other, setOther] = useState(compare);
  return (
    <div className="chart-choices">
      <fieldset className="choices">
        <legend className="hidden">Range</legend>
        {(Object.keys(RANGES) as Range[]).map((one) => (
          <button key={one} type="button" aria-pressed={one === range} onClick={() => onRange(one)}>
            {one}
          </button>
        ))}
      </fieldset>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onCompare(other.trim());
        }}
      >
        <label>
          Compare with <input value={other} size={8} onChange={(event) => setOther(event.target.value)} />
        </label>
        <button type="submit">Compare</button>
        {compare && (
          <button
            type="button"
            onClick={() => {
              setOther('');
              onCompare('');
            }}
          >
            Only this one
          </button>
        )}
      </form>
      <label>
        As of <input type="date" value={asOf} onChange={(event) => onAsOf(event.target.value)} />
      </label>
      {asOf && (
        <button type="button" onClick={() => onAsOf('')}>
          Today
        </button>
      )}
    </div>
  );
}

const LISTED = 5;

/** The deliveries that the closes of a past day come from. */
export function KnownDeliveries({ asOf, observations }: { asOf: string; observations: readonly ApiObservation[] }) {
  const deliveries = [...new Set(observations.toReversed().map(({ delivery }) => delivery))];
  if (!asOf || deliveries.length === 0) return null;
  const more = deliveries.length - LISTED;
  return (
    <p className="muted">
      Known on {longDate(asOf)}: closes of{' '}
      {deliveries.length === 1 ? 'one delivery' : `${deliveries.length} deliveries`},{' '}
      {deliveries.slice(0, LISTED).join(', ')}
      {more > 0 && ` and ${more} more`}.
    </p>
  );
}
