import { useState } from 'react';
import type { Condition } from '../../lambdas/contracts/alert.ts';
import type { AlertPreview, AlertView } from '../../lambdas/contracts/api/alerts.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { firstCondition, KIND_NAMES, PRESETS } from './alert-presets.ts';
import { Choice, ConditionFields, Field } from './condition-fields.tsx';
import { Failure } from './parts.tsx';
import type { Loaded } from './use.ts';
import { useAction, useApi } from './use.ts';

type Props = {
  ticker: string;
  /** The last close: a threshold begins near it. */
  last: number;
  condition: Condition;
  onChange: (condition: Condition) => void;
  preview: Loaded<AlertPreview | undefined>;
  onAdded: (alert: AlertView) => void;
  onCancel: () => void;
};

/** The form of a new alert: presets, its condition, what it would have done, and how it is mailed. */
export function AddAlert({ ticker, last, condition, onChange, preview, onAdded, onCancel }: Props) {
  const api = useApi();
  const [repeat, setRepeat] = useState<'once' | 'every'>('every');
  const [note, setNote] = useState('');
  const add = useAction(async () => {
    onAdded(await api.addAlert({ ticker, condition, repeat, ...(note.trim() && { note: note.trim() }) }));
  });
  return (
    <form
      className="alert-form"
      aria-label="New alert"
      onSubmit={(event) => {
        event.preventDefault();
        add.run();
      }}
    >
      <fieldset className="choices">
        <legend>Mail me when {ticker} …</legend>
        {PRESETS.map(({ name, condition: preset }) => (
          <button key={name} type="button" onClick={() => onChange(preset(last))}>
            {name}
          </button>
        ))}
      </fieldset>
      <div className="fields">
        <Choice
          label="Kind"
          value={condition.kind}
          options={KIND_NAMES}
          onChange={(kind) => onChange(firstCondition(kind, last))}
        />
        <ConditionFields key={condition.kind} condition={condition} onChange={onChange} />
      </div>
      <PreviewText preview={preview} />
      <div className="fields">
        <Choice
          label="Fires"
          value={repeat}
          options={{ every: 'each time it comes true', once: 'once' }}
          onChange={setRepeat}
        />
        <Field label="Note in the mail">
          {(id) => (
            <input
              id={id}
              value={note}
              maxLength={140}
              placeholder="sell half"
              onChange={({ target }) => setNote(target.value)}
            />
          )}
        </Field>
      </div>
      <p className="actions">
        <button type="submit" className="primary" aria-disabled={add.busy}>
          Add the alert
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
      <Failure error={add.error} />
    </form>
  );
}

/** What the alert would have done. */
function PreviewText({ preview: { data, error } }: { preview: Loaded<AlertPreview | undefined> }) {
  if (error) return <Failure error={error} />;
  if (!data) return <p role="status">…</p>;
  const { fires, alreadyTrue, warnings } = data;
  const last = fires.at(-1);
  return (
    <div role="status" className="preview">
      <p>
        <strong>Would have fired {timesText(fires.length)} in the last year</strong>
        {last && `, the last time on ${longDate(last.date)}: ${last.what}.`}
        {!last && '.'}
      </p>
      {alreadyTrue && (
        <p className="warn">
          This is true already: the alert waits until it was false once, and then comes true again.
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="warn">
          {warning}
        </p>
      ))}
    </div>
  );
}

const timesText = (count: number): string => (count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`);
