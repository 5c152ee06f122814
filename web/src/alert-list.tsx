import { useId, useState } from 'react';
import type { AlertView } from '../../lambdas/contracts/api/alerts.ts';
import { addDays } from '../../lambdas/contracts/dates.ts';
import { AlertRow } from './alert-row.tsx';
import { Failure } from './parts.tsx';
import { useAction, useApi } from './use.ts';

const WEEK = 7;

type Props = {
  alerts: readonly AlertView[];
  onChange: () => void;
  onEdit: (alert: AlertView) => void;
  title: string;
  /** True to name the ticker of each alert. */
  hasTickers?: boolean;
};

/** Alerts with what they do, and buttons to mute and delete the chosen ones. */
export function AlertList({ alerts, onChange, onEdit, title, hasTickers = false }: Props) {
  const api = useApi();
  const heading = useId();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAsked, setAsked] = useState(false);
  const [said, setSaid] = useState('');
  const selected = alerts.filter(({ id }) => chosen.has(id));
  const act = useAction(async (what: string, some: readonly AlertView[], one: (id: string) => Promise<unknown>) => {
    setAsked(false);
    try {
      for (const { id } of some) await one(id);
      setSaid(`${some.length === 1 ? 'One alert' : `${some.length} alerts`} ${what}.`);
      setChosen(new Set());
    } finally {
      // The buttons are gone now: move the focus.
      document.getElementById(heading)?.focus();
      onChange();
    }
  });
  const mute = (some: readonly AlertView[]) => {
    const until = some.every(({ state }) => state === 'muted') ? null : inAWeek();
    act.run(until ? 'muted for a week' : 'no longer muted', some, (id) => api.muteAlert(id, until));
  };
  const remove = (some: readonly AlertView[]) => act.run('deleted', some, api.deleteAlert);
  const isAllChosen = selected.length === alerts.length;
  return (
    <section aria-labelledby={heading} className="alerts">
      <h2 id={heading} tabIndex={-1}>
        {title}
      </h2>
      <ul className="rows">
        {alerts.map((alert) => (
          <AlertRow
            key={alert.id}
            alert={alert}
            hasTicker={hasTickers}
            isChosen={chosen.has(alert.id)}
            onChoose={(isChosen) =>
              setChosen(new Set([...chosen].filter((id) => id !== alert.id).concat(isChosen ? alert.id : [])))
            }
            onEdit={() => onEdit(alert)}
            onMute={() => mute([alert])}
            onDelete={() => remove([alert])}
            onChange={onChange}
          />
        ))}
      </ul>
      <p className="actions">
        <button type="button" onClick={() => setChosen(new Set(isAllChosen ? [] : alerts.map(({ id }) => id)))}>
          {isAllChosen ? 'Choose none' : 'Choose all'}
        </button>
        {selected.length > 0 && (
          <>
            <button type="button" aria-disabled={act.busy} onClick={() => mute(selected)}>
              {selected.every(({ state }) => state === 'muted') ? 'Unmute' : 'Mute for a week'} ({selected.length})
            </button>
            <button
              type="button"
              className="danger"
              aria-disabled={act.busy}
              onClick={() => (isAsked || selected.length === 1 ? remove(selected) : setAsked(true))}
            >
              {isAsked ? `Really delete ${selected.length} alerts` : `Delete (${selected.length})`}
            </button>
          </>
        )}
      </p>
      <p role="status">{said}</p>
      <Failure error={act.error} />
    </section>
  );
}

const inAWeek = (): string => addDays(new Date().toISOString().slice(0, 10), WEEK);
