import { useEffect, useRef, useState } from 'react';
import type { Me, MeBody } from '../../lambdas/contracts/api/me.ts';
import { CHART_WINDOWS, type ChartWindow, type MailTheme } from '../../lambdas/contracts/chart-options.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { Failure, Loading, windowText } from './parts.tsx';
import { useAction, useApi, useLoaded } from './use.ts';

/** Preferences. */
export function Settings({ signOut }: { signOut: () => Promise<void> }) {
  const api = useApi();
  const me = useLoaded(api.me, []);
  return (
    <>
      <h1>Settings</h1>
      <Failure error={me.error} />
      {me.data ? <Choices me={me.data} onChange={me.reload} /> : <Loading />}
      <Erase erase={api.erase} signOut={signOut} />
    </>
  );
}

/** Each change is saved immediately. */
function Choices({ me, onChange }: { me: Me; onChange: () => void }) {
  const api = useApi();
  const keep = useAction(async (change: MeBody) => {
    await api.putMe(change);
    onChange();
  });
  return (
    <section className="card" aria-labelledby="settings">
      <h2 id="settings">Your mails</h2>
      <div className="choice-rows">
        <label>
          <span>
            Look of the mails <small>Colours of texts and charts</small>
          </span>
          <select value={me.theme} onChange={(event) => keep.run({ theme: event.target.value as MailTheme })}>
            <option value="auto">As my device</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </label>
        <label>
          <span>
            Charts of new tickers <small>How many days back; each ticker has its own under “⋯”</small>
          </span>
          <select
            value={me.window}
            onChange={(event) => keep.run({ window: Number(event.target.value) as ChartWindow })}
          >
            {CHART_WINDOWS.map((window) => (
              <option key={window} value={window}>
                {windowText(window)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>
            Mails <small>Alerts come at once, whatever you choose</small>
          </span>
          <select
            value={me.mails}
            onChange={(event) => keep.run({ mails: event.target.value as NonNullable<MeBody['mails']> })}
          >
            <option value="every">For every delivery</option>
            <option value="weekly">Once a week, on Saturday</option>
            <option value="alerts">Only when an alert fires</option>
          </select>
        </label>
        <Pause keep={(pausedUntil) => keep.run({ pausedUntil })} />
      </div>
      {me.pausedUntil && me.pausedUntil >= today() && (
        <p role="status">
          No digests up to {longDate(me.pausedUntil)}.{' '}
          <button type="button" onClick={() => keep.run({ pausedUntil: null })}>
            Resume now
          </button>
        </p>
      )}
      {keep.done && !keep.error && (
        <p className="muted" role="status">
          Saved.
        </p>
      )}
      <Failure error={keep.error} />
    </section>
  );
}

const today = (): string => new Date().toISOString().slice(0, 10);

/** The date is saved on submit, not while it is typed. */
function Pause({ keep }: { keep: (pausedUntil: string) => void }) {
  const [date, setDate] = useState('');
  return (
    <form
      className="pause"
      onSubmit={(event) => {
        event.preventDefault();
        keep(date);
        setDate('');
      }}
    >
      <label>
        Pause up to and including
        <input
          type="date"
          required
          min={today()}
          max="2999-12-31"
          value={date}
          onChange={(event) => setDate(event.target.value)}
        />
      </label>
      <button type="submit">Pause</button>
    </form>
  );
}

function Erase({ erase, signOut }: { erase: () => Promise<unknown>; signOut: () => Promise<void> }) {
  const [isAsked, setAsked] = useState(false);
  const box = useRef<HTMLFieldSetElement>(null);
  // The clicked button was removed: move the focus.
  useEffect(() => {
    if (isAsked) box.current?.focus();
  }, [isAsked]);
  const run = useAction(async () => {
    await erase();
    await signOut();
  });
  return (
    <section className="card" aria-labelledby="erase">
      <h2 id="erase">Erase me</h2>
      {isAsked ? (
        <fieldset tabIndex={-1} ref={box} aria-label="Erase me">
          <p>Really? This cannot be undone, and you get no mail any more.</p>
          <p className="actions">
            <button type="button" className="danger" aria-disabled={run.busy} onClick={() => run.run()}>
              Erase me permanently
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              Cancel
            </button>
          </p>
          <Failure error={run.error} />
        </fieldset>
      ) : (
        <>
          <p>
            Everything about you is deleted: the tickers you follow, your alerts, your preferences, and the record of
            your mails.
          </p>
          <p className="actions">
            <button type="button" className="outlined" onClick={() => setAsked(true)}>
              Erase me…
            </button>
          </p>
        </>
      )}
    </section>
  );
}
