import { useState } from 'react';
import type { Me, MeBody } from '../../lambdas/contracts/api.ts';
import type { ChartWindow, Theme } from '../../lambdas/contracts/subscriber.ts';
import { dateText, Failure, WINDOWS, windowText } from './parts.tsx';
import { useAction, useApi } from './use.ts';

/** How the mail looks and when it comes; each change is kept at once. */
export function Settings({ me, onChange, signOut }: { me: Me; onChange: () => void; signOut: () => void }) {
  const api = useApi();
  const keep = useAction(async (change: Partial<MeBody>) => {
    const { theme, window, pausedUntil } = me;
    await api.putMe({ theme, window, pausedUntil, ...change });
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
        <label>
          Pause up to and including
          <input
            type="date"
            value={me.pausedUntil ?? ''}
            onChange={(event) => keep.run({ pausedUntil: event.target.value || null })}
          />
        </label>
      </div>
      {me.pausedUntil && (
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

function Erase({ erase, signOut }: { erase: () => Promise<unknown>; signOut: () => void }) {
  const [isAsked, setAsked] = useState(false);
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
    <fieldset>
      <legend>Erase me</legend>
      <p>Everything about you goes: what you follow, your settings, and the record of what you were sent.</p>
      <p className="actions">
        <button type="button" className="danger" disabled={run.busy} onClick={() => run.run()}>
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
