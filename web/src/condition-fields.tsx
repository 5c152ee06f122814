import type { Condition, ConditionOf } from '../../lambdas/contracts/alert.ts';
import { Choice, Direction, Field, NumberField } from './fields.tsx';

/** True for a decimal above zero, as the API takes it. */
export const isPrice = (text: string): boolean => /^\d{1,18}(\.\d{1,18})?$/.test(text) && Number(text) > 0;

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
                title="A decimal like 310 or 310.25, without commas"
                aria-invalid={!isPrice(condition.threshold)}
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
