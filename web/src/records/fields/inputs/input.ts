import type { Field, Value } from '../../../api/types';
import { labelOf } from '../../../language';
import { filledIn } from '../words';

/** What every kind's input gets from {@link FieldInput}. */
export interface KindInputProps<T = Value> {
  field: Field;
  value: T;
  onChange: (value: Value) => void;
  /** The value is meant: Enter, a pick from a list, or leaving the input. Runs after the change has reached the owner. */
  commit: () => void;
  cancel: () => void;
  id?: string;
  label: string;
  autoFocus?: boolean;
  invalid: boolean;
  describedBy?: string;
  size?: 'small' | 'middle' | 'large';
}

/** The attributes antd's inputs hand on to the native element. */
export function inputAttributes({ id, label, autoFocus, invalid, describedBy, size, field }: KindInputProps<never>) {
  return {
    id,
    autoFocus,
    size,
    status: invalid ? ('error' as const) : ('' as const),
    placeholder: field.filledIn ? labelOf(filledIn) : field.kind === 'link' ? 'https://' : undefined,
    'aria-label': label,
    'aria-invalid': invalid || undefined,
    'aria-required': field.required || undefined,
    'aria-describedby': describedBy,
  };
}
