import { Select } from '../look/Select';
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
      <Select
        id={id}
        label={label}
        value={value}
        options={[{ value: '', label: all }, ...options]}
        onChange={onChange}
      />
    </Labelled>
  );
}
