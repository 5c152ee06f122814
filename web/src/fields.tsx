import { type ReactNode, useId } from 'react';

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

/** A number; NaN while it is not valid. */
export function NumberField({ label, value, min, max, step = 0.01, onChange }: NumberProps) {
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
          onChange={({ target }) => onChange(target.validity.valid ? target.valueAsNumber : Number.NaN)}
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

export const Direction = ({
  label = 'Direction',
  value,
  onChange,
}: {
  label?: string;
  value: 'above' | 'below';
  onChange: (value: 'above' | 'below') => void;
}) => <Choice label={label} value={value} options={{ above: 'above', below: 'below' }} onChange={onChange} />;
