import { useEffect, useRef, useState } from 'react';
import type { Condition } from '../../lambdas/contracts/alert.ts';
import type { AlertBody, AlertPreview } from '../../lambdas/contracts/api/alerts.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { firstCondition, KIND_NAMES, PRESETS } from './alert-presets.ts';
import { conditionFault } from './condition-fault.ts';
import { ConditionFields } from './condition-fields.tsx';
import { Choice, Field } from './fields.tsx';
import { Failure } from './parts.tsx';
import type { Loaded } from './use.ts';
import { useAction } from './use.ts';

/** The choices of an alert beside its condition. */
export type Manner = Pick<AlertBody, 'repeat' | 'note'>;

type Props = {
  ticker: string;
  /** The last close: a threshold begins near it. */
  last: number;
  condition: Condition;
  /** Of an alert that is edited. */
  manner?: Manner | undefined;
  onChange: (condition: Condition) => void;
  preview: Loaded<AlertPreview | undefined>;
  save: (manner: Manner) => Promise<void>;
  onCancel: () => void;
};

/** The form of an alert: presets, its condition, what it would have done, and how it is mailed. */
export function AddAlert({ ticker, last, condition, manner, onChange, preview, save, onCancel }: Props) {
  const [repeat, setRepeat] = useState<Manner['repeat']>(manner?.repeat ?? 'every');
  const [note, setNote] = useState(manner?.note ?? '');
  const saving = useAction(() => save({ repeat, ...(note.trim() && { note: note.trim() }) }));
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that opened the form is gone.
  useEffect(() => heading.current?.focus(), []);
  const fault = conditionFault(condition);
  return (
    <form
      className="alert-form"
      aria-label={manner ? 'Edit the alert' : 'New alert'}
      onKeyDown={({ key }) => key === 'Escape' && onCancel()}
      onSubmit={(event) => {
        event.preventDefault();
        if (!fault) saving.run();
      }}
    >
      <h2 ref={heading} tabIndex={-1}>
        Mail me when {ticker} …
      </h2>
      <fieldset className="choices">
        <legend className="hidden">Suggestions</legend>
        {PRESETS.map(({ name, condition: preset }) => (
          <button
            key={name}
            type="button"
            aria-pressed={isLike(condition, preset(last))}
            onClick={() => onChange(preset(last))}
          >
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
      {fault ? <p className="failure">{fault}</p> : <PreviewText preview={preview} />}
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
        <button type="submit" className="primary" aria-disabled={saving.busy || fault !== undefined}>
          {manner ? 'Save the alert' : 'Add the alert'}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
      <Failure error={saving.error} />
    </form>
  );
}

/** True if a preset was chosen; the threshold does not matter. */
const isLike = (a: Condition, b: Condition): boolean =>
  JSON.stringify({ ...a, threshold: '' }) === JSON.stringify({ ...b, threshold: '' });

/** What the alert would have done. */
function PreviewText({ preview: { data, error } }: { preview: Loaded<AlertPreview | undefined> }) {
  if (error) return <Failure error={error} />;
  if (!data) return <p role="status">…</p>;
  const { fires, alreadyTrue, warnings } = data;
  const last = fires.at(-1);
  return (
    <div role="status" className="preview">
      <p>
        <strong>{firesText(fires.length)}</strong>
        {last && `, the last time on ${longDate(last.date)}: ${last.what}.`}
        {!last && '.'}
      </p>
      {alreadyTrue && (
        <p className="warn">This is true now. The alert waits until it is false; after that it can fire.</p>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="warn">
          {warning}
        </p>
      ))}
    </div>
  );
}

const firesText = (count: number): string =>
  count === 0
    ? 'Would not have fired in the last year'
    : `Would have fired ${count === 1 ? 'once' : `${count} times`} in the last year`;
