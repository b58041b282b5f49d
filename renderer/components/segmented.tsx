import { useId } from 'react';
import './segmented.css';

export interface SegmentedProps<V extends string> {
  /** What is chosen here, for those who do not see it beside what it changes. */
  readonly label: string;
  /** Whether it stands before the options for those who see it too. */
  readonly isLabelShown?: boolean;
  readonly options: readonly { readonly value: V; readonly label: string; readonly title?: string }[];
  readonly value: V;
  readonly onChange: (value: V) => void;
}

/** One of a few, all of them seen. */
export function Segmented<V extends string>({
  label,
  isLabelShown = false,
  options,
  value,
  onChange,
}: SegmentedProps<V>) {
  const name = useId();
  const choice = (
    <fieldset className="segmented">
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} title={option.title}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
  if (!isLabelShown) return choice;
  return (
    <div className="segmented-labelled">
      <span className="muted" aria-hidden="true">
        {label}
      </span>
      {choice}
    </div>
  );
}
