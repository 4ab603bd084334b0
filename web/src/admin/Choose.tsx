import { Labelled } from '../look/parts';

interface ChooseProps {
  id: string;
  label: string;
  /** The words of the choice that narrows nothing. */
  all: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly { value: string; label: string }[];
}

/** One condition above a table of facts: a choice, or all. */
export function Choose({ id, label, all, value, onChange, options }: ChooseProps) {
  return (
    <Labelled label={label} htmlFor={id}>
      <select id={id} className="text-input" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
