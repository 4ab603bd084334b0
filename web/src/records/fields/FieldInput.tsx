import type { Field, Value } from '../../api/types';

export interface FieldInputProps {
  field: Field;
  value: Value;
  onChange: (value: Value) => void;
  autoFocus?: boolean;
  /** Enter, Tab or leaving the input: the value is meant. */
  onCommit?: () => void;
  /** Esc: the value is not meant. */
  onCancel?: () => void;
  size?: 'small' | 'middle' | 'large';
  id?: string;
}

/** Edits one value of any kind; needs antd, so lists load it with `lazyWithAntd`. */
export default function FieldInput({ field, value, onChange }: FieldInputProps) {
  return (
    <input aria-label={field.name} value={String(value ?? '')} onChange={(event) => onChange(event.target.value)} />
  );
}
