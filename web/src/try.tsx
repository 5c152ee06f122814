import { useId, useState } from 'react';
import type { TriedAnswer } from '../../lambdas/contracts/api/feeds.ts';
import { deliveryOfKey } from '../../lambdas/contracts/delivery-id.ts';
import { type Profile, withAnswer } from '../../lambdas/contracts/profile.ts';
import { Facts, Rejection, rowFacts, Table, Understood } from './outcome.tsx';
import { Failure } from './parts.tsx';
import { useAction, useApi } from './use.ts';

/** Operators read a vendor's file without applying it, and find the profile that its feed needs. */
export function Try() {
  const api = useApi();
  const [file, setFile] = useState<File>();
  const [name, setName] = useState('');
  const [profile, setProfile] = useState('');
  const [tried, setTried] = useState<TriedAnswer>();
  const [version, setVersion] = useState<number>();
  const ids = { file: useId(), name: useId(), profile: useId() };
  const feed = deliveryOfKey(name)?.feed;
  const read = useAction(async (given: string) => {
    if (!file) return;
    setVersion(undefined);
    setTried(await api.tryFile(name, file, given));
  });
  const save = useAction(async () => {
    const { version: basedOn } = await api.profile(feed ?? '');
    const saved = await api.putProfile(feed ?? '', { basedOn, profile: JSON.parse(profile || '{}') });
    setVersion(saved.version);
  });
  const load = useAction(async () => {
    setProfile(JSON.stringify((await api.profile(feed ?? '')).profile));
  });
  const settle = useAction(async (answer: Profile) => {
    const base = profile.trim() ? JSON.parse(profile) : (await api.profile(feed ?? '')).profile;
    const merged = JSON.stringify(withAnswer(base, answer));
    setProfile(merged);
    await read.run(merged);
  });
  const choose = (chosen: File | undefined) => {
    setFile(chosen);
    setTried(undefined);
    if (chosen && deliveryOfKey(chosen.name)) setName(chosen.name);
  };
  return (
    <>
      <h1>Try a file</h1>
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          read.run(profile);
        }}
      >
        <p className="muted">The file is read as an upload would be. Nothing is applied, and nobody is mailed.</p>
        <p>
          <label htmlFor={ids.file}>File, at most 50 MB</label>
          <input id={ids.file} type="file" onChange={({ target }) => choose(target.files?.[0])} />
        </p>
        <p>
          <label htmlFor={ids.name}>Name in the drop bucket, with its folder</label>
          <input
            id={ids.name}
            value={name}
            placeholder="eu/2020-01-10_incremental.csv"
            onChange={({ target }) => setName(target.value)}
          />
        </p>
        <p>
          <label htmlFor={ids.profile}>Profile as JSON; empty tries the one that the feed has</label>
          <textarea
            id={ids.profile}
            rows={3}
            spellCheck={false}
            value={profile}
            placeholder={'{"dateFormat": "dd/mm/yyyy", "decimalMark": ","}'}
            onChange={({ target }) => setProfile(target.value)}
          />
        </p>
        <p className="actions">
          <button type="submit" className="primary" aria-disabled={read.busy || !file || !name}>
            Try it
          </button>
          {feed !== undefined && !profile && (
            <button type="button" aria-disabled={load.busy} onClick={() => load.run()}>
              Show its profile
            </button>
          )}
          {feed !== undefined && profile && (
            <button type="button" aria-disabled={save.busy} onClick={() => save.run()}>
              Save as the profile of {feed ? `feed ${feed}` : 'the top level'}
            </button>
          )}
        </p>
        {version !== undefined && <p role="status">Saved as version {version}: it counts from the next upload on.</p>}
        <Failure error={read.error ?? settle.error ?? load.error ?? save.error} />
      </form>
      {tried && (
        <section className="card" aria-label="What an upload would be">
          <Result tried={tried} onAnswer={(answer) => settle.run(answer)} />
        </section>
      )}
    </>
  );
}

function Result({ tried, onAnswer }: { tried: TriedAnswer; onAnswer: (profile: Profile) => void }) {
  const { answers, changes, observations } = tried;
  return (
    <>
      <Rejection report={tried} />
      {answers.length > 0 && (
        <p className="actions">
          {answers.map(({ answer, profile }) => (
            <button key={answer} type="button" onClick={() => onAnswer(profile)}>
              {answer}
            </button>
          ))}
        </p>
      )}
      <Facts facts={rowFacts(tried)} />
      {tried.state === 'applied' && (
        <p>
          An upload would add {changes.added} closes, change {changes.changed}, delete {changes.deleted} and leave{' '}
          {changes.unchanged} as they are{changes.isAll ? '' : `, in the first ${changes.tickers} tickers`}.
        </p>
      )}
      <Understood report={tried} />
      {observations.length > 0 && (
        <Table
          title="First rows"
          columns={['Ticker', 'Date', 'Close', 'Other values']}
          rows={observations.map(({ ticker, date, close, ...others }) => [
            ticker,
            date,
            close,
            Object.entries(others)
              .map(([name, value]) => `${name} ${value}`)
              .join(', '),
          ])}
        />
      )}
    </>
  );
}
