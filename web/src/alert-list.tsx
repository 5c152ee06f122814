import { useId, useState } from 'react';
import { Link } from 'wouter';
import type { AlertView } from '../../lambdas/contracts/api/alerts.ts';
import { addDays, longDate } from '../../lambdas/contracts/dates.ts';
import { AlertHistory } from './alert-history.tsx';
import { Failure } from './parts.tsx';
import { useAction, useApi } from './use.ts';

const WEEK = 7;

type Props = {
  alerts: readonly AlertView[];
  onChange: () => void;
  title: string;
  /** True to name the ticker of each alert. */
  hasTickers?: boolean;
};

/** Alerts with what they do, and buttons to mute and delete the chosen ones. */
export function AlertList({ alerts, onChange, title, hasTickers = false }: Props) {
  const api = useApi();
  const heading = useId();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = alerts.filter(({ id }) => chosen.has(id));
  const act = useAction(async (one: (alert: AlertView) => Promise<unknown>) => {
    for (const alert of selected) await one(alert);
    setChosen(new Set());
    // The buttons are disabled now: move the focus.
    document.getElementById(heading)?.focus();
    onChange();
  });
  const choose = (id: string, isChosen: boolean) =>
    setChosen((before) => new Set(isChosen ? [...before, id] : [...before].filter((one) => one !== id)));
  const muted = selected.length > 0 && selected.every(({ state }) => state === 'muted');
  return (
    <section aria-labelledby={heading} className="alerts">
      <h2 id={heading} tabIndex={-1}>
        {title}
      </h2>
      <ul className="rows">
        {alerts.map((alert) => (
          <Row
            key={alert.id}
            alert={alert}
            hasTicker={hasTickers}
            isChosen={chosen.has(alert.id)}
            onChoose={(isChosen) => choose(alert.id, isChosen)}
          />
        ))}
      </ul>
      <p className="actions">
        <button
          type="button"
          onClick={() => setChosen(new Set(selected.length < alerts.length ? alerts.map(({ id }) => id) : []))}
        >
          {selected.length < alerts.length ? 'Choose all' : 'Choose none'}
        </button>
        {selected.length > 0 && (
          <>
            <button
              type="button"
              aria-disabled={act.busy}
              onClick={() => act.run((alert) => api.putAlert(alert.id, withMute(alert, muted ? null : inAWeek())))}
            >
              {muted ? 'Unmute' : 'Mute for a week'} ({selected.length})
            </button>
            <button
              type="button"
              className="danger"
              aria-disabled={act.busy}
              onClick={() => act.run(({ id }) => api.deleteAlert(id))}
            >
              Delete ({selected.length})
            </button>
          </>
        )}
      </p>
      <Failure error={act.error} />
    </section>
  );
}

type RowProps = { alert: AlertView; hasTicker: boolean; isChosen: boolean; onChoose: (isChosen: boolean) => void };

function Row({ alert, hasTicker, isChosen, onChoose }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  const { name, text, note, lastFire } = alert;
  return (
    <li>
      <input
        type="checkbox"
        aria-label={`Choose: ${name} ${text}`}
        checked={isChosen}
        onChange={({ target }) => onChoose(target.checked)}
      />
      <span className="what">
        {hasTicker && <Link href={`/tickers/${encodeURIComponent(name)}`}>{name}</Link>} {text}
        {note && <small className="muted">“{note}”</small>}
        {lastFire && (
          <small className="muted">
            last on {longDate(lastFire.date)}: {lastFire.what}
          </small>
        )}
      </span>
      <span className="number">
        <span className={`state ${alert.state}`}>{stateText(alert)}</span>
        <small className="muted">{distanceText(alert)}</small>
      </span>
      <button type="button" className="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        History
      </button>
      {isOpen && <AlertHistory id={alert.id} />}
    </li>
  );
}

/** What an alert is doing, in a few words. */
function stateText({ state, lastFire, mutedUntil, expires }: AlertView): string {
  switch (state) {
    case 'waiting':
      return 'waiting: true already';
    case 'fired':
      return lastFire ? `fired on ${longDate(lastFire.date)}` : 'fired';
    case 'muted':
      return `muted until ${longDate(mutedUntil ?? '')}`;
    case 'expired':
      return `expired on ${longDate(expires)}`;
    case 'unknown':
      return 'too few closes';
    case 'armed':
      return 'armed';
  }
}

const UNITS = { percent: ' %', points: ' points', times: ' ×' } as const;

function distanceText({ measure, state }: AlertView): string {
  if (!measure || state === 'expired') return '';
  const { distance, unit } = measure;
  return distance <= 0 ? 'true now' : `${distance.toFixed(1)}${UNITS[unit]} away`;
}

const inAWeek = (): string => addDays(new Date().toISOString().slice(0, 10), WEEK);

/** What the API takes of an alert, with another mute. */
const withMute = ({ ticker, condition, repeat, band, note, expires }: AlertView, mutedUntil: string | null) => ({
  ticker,
  condition,
  repeat,
  ...(band !== undefined && { band }),
  ...(note && { note }),
  expires,
  mutedUntil,
});
