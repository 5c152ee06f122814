import { type FormEvent, useState } from 'react';
import { type Collected, factsOf, PROVIDER_NAMES, type ProviderName } from '../../lambdas/contracts/collect.ts';
import { Field } from './fields.tsx';
import { Failure } from './parts.tsx';
import { useAction, useApi } from './use.ts';

/** Starts a run by hand: for a gap, or before a schedule is added. */
export function StartRun({ onStarted }: { onStarted: () => void }) {
  const api = useApi();
  const [provider, setProvider] = useState<ProviderName>('polygon');
  const { datasets } = factsOf(provider);
  const [chosen, setChosen] = useState<Collected>('prices');
  const dataset = datasets.includes(chosen) ? chosen : (datasets[0] ?? 'prices');
  const start = useAction(async (form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const subjects = text('subjects')
      .split(/[\s,;]+/)
      .filter(Boolean);
    const [from, to] = [text('from'), text('to')];
    await api.startRun({ provider, dataset, subjects, ...(from && { from }), ...(to && { to }) });
    onStarted();
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    start.run(new FormData(event.currentTarget));
  };
  return (
    <section className="card" aria-label="Start a run">
      <h2>Start a run</h2>
      <form className="fields" onSubmit={submit}>
        <Field label="Provider">
          {(id) => (
            <select id={id} value={provider} onChange={({ target }) => setProvider(target.value as ProviderName)}>
              {PROVIDER_NAMES.map((name) => (
                <option key={name} value={name}>
                  {factsOf(name).title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Dataset">
          {(id) => (
            <select id={id} value={dataset} onChange={({ target }) => setChosen(target.value as Collected)}>
              {datasets.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label={dataset === 'macro' ? 'Series' : 'Tickers'}>
          {(id) => (
            <input
              id={id}
              name="subjects"
              placeholder={dataset === 'prices' ? 'AAPL, MSFT' : 'the defaults'}
              required={dataset === 'prices'}
              spellCheck={false}
            />
          )}
        </Field>
        <div className="pause">
          <Field label="From">{(id) => <input id={id} name="from" type="date" />}</Field>
          <Field label="To">{(id) => <input id={id} name="to" type="date" />}</Field>
        </div>
        <button type="submit" className="primary" aria-disabled={start.busy}>
          Start
        </button>
      </form>
      <p className="muted">
        Without dates it is the last session. A range of several sessions is one file, and one mail.
      </p>
      {start.done && <p role="status">Started: it appears above in a few seconds.</p>}
      <Failure error={start.error} />
    </section>
  );
}
