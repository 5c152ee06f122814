import { useState } from 'react';
import { Link } from 'wouter';
import type { AlertView } from '../../lambdas/contracts/api/alerts.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { choicesOf } from './alert-choices.ts';
import { AlertHistory } from './alert-history.tsx';
import { Failure } from './parts.tsx';
import { useAction, useApi } from './use.ts';

type Props = {
  alert: AlertView;
  hasTicker: boolean;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
  onEdit: () => void;
  onMute: () => void;
  onDelete: () => void;
  onChange: () => void;
};

/** One alert: its state, and when it is opened what it did and what can be done with it. */
export function AlertRow({ alert, hasTicker, isChosen, onChoose, onEdit, onMute, onDelete, onChange }: Props) {
  const api = useApi();
  const [isOpen, setOpen] = useState(false);
  const renew = useAction(async () => {
    const { expires: _expired, ...choices } = choicesOf(alert);
    await api.putAlert(alert.id, choices);
    onChange();
  });
  const { name, text, note, lastFire, repeat, expires, state } = alert;
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
        <span className={`state ${state}`}>{stateText(alert)}</span>
        <small className="muted">{distanceText(alert)}</small>
      </span>
      <button
        type="button"
        className="quiet"
        aria-expanded={isOpen}
        aria-label={`Details: ${name} ${text}`}
        onClick={() => setOpen(!isOpen)}
      >
        Details
      </button>
      {isOpen && (
        <div className="details">
          <p className="muted">
            Fires {repeat === 'once' ? 'once' : 'each time it comes true'}, up to {longDate(expires)}.
          </p>
          <AlertHistory id={alert.id} />
          <p className="actions">
            <button type="button" onClick={onEdit}>
              Edit
            </button>
            {state === 'expired' ? (
              <button type="button" aria-disabled={renew.busy} onClick={() => renew.run()}>
                Renew for two years
              </button>
            ) : (
              <button type="button" onClick={onMute}>
                {state === 'muted' ? 'Unmute' : 'Mute for a week'}
              </button>
            )}
            <button type="button" onClick={onDelete}>
              Delete
            </button>
          </p>
          <Failure error={renew.error} />
        </div>
      )}
    </li>
  );
}

/** What an alert is doing, in a few words. */
function stateText({ state, lastFire, mutedUntil, expires, condition }: AlertView): string {
  switch (state) {
    case 'waiting':
      return 'waiting: true now';
    case 'fired':
      return lastFire ? `fired on ${longDate(lastFire.date)}` : 'fired';
    case 'muted':
      return `muted until ${longDate(mutedUntil ?? '')}`;
    case 'expired':
      return `expired on ${longDate(expires)}`;
    case 'unknown':
      return condition.kind === 'volume' ? 'no volume yet' : 'too few closes';
    case 'armed':
      return 'armed';
  }
}

const UNITS = { percent: ' %', points: ' points', times: ' ×' } as const;

function distanceText({ measure, state }: AlertView): string {
  if (!measure || state === 'expired' || state === 'waiting') return '';
  const { distance, unit } = measure;
  return distance <= 0 ? 'true now' : `${distance.toFixed(1)}${UNITS[unit]} away`;
}
