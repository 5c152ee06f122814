import { type ReactNode, useId } from 'react';
import type { Condition, ConditionOf } from '../../lambdas/contracts/alert.ts';

type FieldsProps<C extends Condition> = { condition: C; onChange: (condition: Condition) => void };

/** The parameters of a condition, one field each. */
export function ConditionFields({ condition, onChange }: FieldsProps<Condition>) {
  switch (condition.kind) {
    case 'price':
      return (
        <>
          <Direction value={condition.direction} onChange={(direction) => onChange({ ...condition, direction })} />
          <Field label="Threshold">
            {(id) => (
              <input
                id={id}
                required
                inputMode="decimal"
                pattern="\d{1,18}(\.\d{1,18})?"
                title="A decimal like 310 or 310.25"
                value={condition.threshold}
                size={10}
                onChange={({ target }) => onChange({ ...condition, threshold: target.value.trim() })}
              />
            )}
          </Field>
        </>
      );
    case 'change':
      return <ChangeFields condition={condition} onChange={onChange} />;
    case 'volume':
      return (
        <NumberField
          label="Times its mean of 20 sessions"
          value={condition.factor}
          min={0.1}
          max={1000}
          onChange={(factor) => onChange({ ...condition, factor })}
        />
      );
    case 'range':
      return (
        <Choice
          label="New"
          value={condition.side}
          options={{ high: '52-week high', low: '52-week low' }}
          onChange={(side) => onChange({ ...condition, side })}
        />
      );
    case 'average':
      return <AverageFields condition={condition} onChange={onChange} />;
    case 'rsi':
      return (
        <>
          <Direction value={condition.direction} onChange={(direction) => onChange({ ...condition, direction })} />
          <NumberField
            label="Level"
            value={condition.level}
            min={1}
            max={99}
            onChange={(level) => onChange({ ...condition, level })}
          />
        </>
      );
  }
}

function ChangeFields({ condition, onChange }: FieldsProps<ConditionOf<'change'>>) {
  const { base } = condition;
  return (
    <>
      <Choice
        label="Direction"
        value={condition.direction}
        options={{ up: 'up', down: 'down', either: 'up or down' }}
        onChange={(direction) => onChange({ ...condition, direction })}
      />
      <NumberField
        label="Per cent"
        value={condition.percent}
        min={0.01}
        max={condition.direction === 'up' ? 1000 : 99.99}
        onChange={(percent) => onChange({ ...condition, percent })}
      />
      <Choice
        label="Since"
        value={typeof base === 'string' ? base : 'sessions'}
        options={{
          previous: 'the close before',
          sessions: 'some sessions ago',
          start: 'this alert starts',
          'last-fire': 'it last fired',
        }}
        onChange={(next) => onChange({ ...condition, base: next === 'sessions' ? { sessionsAgo: 5 } : next })}
      />
      {typeof base === 'object' && (
        <NumberField
          label="Sessions ago"
          value={base.sessionsAgo}
          min={2}
          max={60}
          step={1}
          onChange={(sessionsAgo) => onChange({ ...condition, base: { sessionsAgo } })}
        />
      )}
    </>
  );
}

function AverageFields({ condition, onChange }: FieldsProps<ConditionOf<'average'>>) {
  return (
    <>
      <NumberField
        label="Average of sessions (1: the close)"
        value={condition.fast}
        min={1}
        max={condition.slow - 1}
        step={1}
        onChange={(fast) => onChange({ ...condition, fast })}
      />
      <Direction
        label="Crosses"
        value={condition.direction}
        onChange={(direction) => onChange({ ...condition, direction })}
      />
      <NumberField
        label="The average of sessions"
        value={condition.slow}
        min={condition.fast + 1}
        max={250}
        step={1}
        onChange={(slow) => onChange({ ...condition, slow })}
      />
    </>
  );
}

export function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

type NumberProps = {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onChange: (value: number) => void;
};

function NumberField({ label, value, min, max, step = 0.01, onChange }: NumberProps) {
  return (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          type="number"
          required
          min={min}
          max={max}
          step={step}
          defaultValue={value}
          onChange={({ target }) => target.validity.valid && onChange(target.valueAsNumber)}
        />
      )}
    </Field>
  );
}

type ChoiceProps<T extends string> = {
  label: string;
  value: T;
  options: Record<T, string>;
  onChange: (value: T) => void;
};

export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <Field label={label}>
      {(id) => (
        <select id={id} value={value} onChange={({ target }) => onChange(target.value as T)}>
          {(Object.entries(options) as [T, string][]).map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

const Direction = ({
  label = 'Direction',
  value,
  onChange,
}: {
  label?: string;
  value: 'above' | 'below';
  onChange: (value: 'above' | 'below') => void;
}) => <Choice label={label} value={value} options={{ above: 'above', below: 'below' }} onChange={onChange} />;
