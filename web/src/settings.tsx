import { useEffect, useRef, useState } from 'react';
import type { Me, MeBody } from '../../lambdas/contracts/api.ts';
import type { ChartWindow, Theme } from '../../lambdas/contracts/subscriber.ts';
import { dateText, Failure, WINDOWS, windowText } from './parts.tsx';
import { useAction, useApi } from './use.ts';

/** How the mail looks and when it comes; each change is kept at once. */
export function Settings({ me, onChange, signOut }: { me: Me; onChange: () => void; signOut: () => void }) {
  const api = useApi();
  const keep = useAction(async (change: MeBody) => {
    await api.putMe(change);
    onChange();
  });
  return (
    <section className="card" aria-labelledby="settings">
      <h2 id="settings">How it comes</h2>
      <div className="fields">
        <label>
          Look of the charts
          <select value={me.theme} onChange={(event) => keep.run({ theme: event.target.value as Theme })}>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </label>
        <label>
          Window of new tickers
          <select
            value={me.window}
            onChange={(event) => keep.run({ window: Number(event.target.value) as ChartWindow })}
          >
            {WINDOWS.map((window) => (
              <option key={window} value={window}>
                {windowText(window)}
              </option>
            ))}
          </select>
        </label>
        <Pause keep={(pausedUntil) => keep.run({ pausedUntil })} />
      </div>
      {me.pausedUntil && me.pausedUntil >= today() && (
        <p role="status">
          No digests up to {dateText(me.pausedUntil)}.{' '}
          <button type="button" onClick={() => keep.run({ pausedUntil: null })}>
            Resume now
          </button>
        </p>
      )}
      <Failure error={keep.error} />
      <Erase erase={api.erase} signOut={signOut} />
    </section>
  );
}

const today = (): string => new Date().toISOString().slice(0, 10);

/** A date is typed digit by digit: it counts when it is sent, not before. */
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

function Erase({ erase, signOut }: { erase: () => Promise<unknown>; signOut: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const box = useRef<HTMLFieldSetElement>(null);
  // The button that asked is gone.
  useEffect(() => {
    if (isAsked) box.current?.focus();
  }, [isAsked]);
  const run = useAction(async () => {
    await erase();
    signOut();
  });
  if (!isAsked)
    return (
      <p>
        <button type="button" className="quiet" onClick={() => setAsked(true)}>
          Erase me…
        </button>
      </p>
    );
  return (
    <fieldset tabIndex={-1} ref={box}>
      <legend>Erase me</legend>
      <p>Everything about you goes: what you follow, your settings, and the record of what you were sent.</p>
      <p className="actions">
        <button type="button" className="danger" aria-disabled={run.busy} onClick={() => run.run()}>
          Erase me for good
        </button>
        <button type="button" onClick={() => setAsked(false)}>
          Keep me
        </button>
      </p>
      <Failure error={run.error} />
    </fieldset>
  );
}
