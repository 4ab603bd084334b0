import { type ComponentType, useCallback, useRef } from 'react';
import type { Field, FieldKind, Value } from '../../api/types';
import { labelOf } from '../../language';
import { FieldValue } from './FieldValue';
import { AddressInput } from './inputs/AddressInput';
import { BirthdayInput } from './inputs/BirthdayInput';
import { ChoiceInput, TagsInput, YesNoInput } from './inputs/ChoiceInputs';
import { ContactPointsInput } from './inputs/ContactPointsInput';
import type { KindInputProps } from './inputs/input';
import { MoneyInput, NumberInput, RatingInput } from './inputs/NumberInputs';
import { ReferenceInput } from './inputs/ReferenceInput';
import { LongTextInput, TextInput } from './inputs/TextInputs';
import { DateInput, InstantInput, TimeInput } from './inputs/TimeInputs';
import './fields.css';

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
  /** The server or a rule refuses the value; say why in the element named by `describedBy`. */
  invalid?: boolean;
  describedBy?: string;
}

const inputs: Partial<Record<FieldKind, ComponentType<KindInputProps>>> = {
  text: TextInput,
  email: TextInput,
  phone: TextInput,
  link: TextInput,
  longText: LongTextInput,
  number: NumberInput,
  integer: NumberInput,
  money: MoneyInput,
  rating: RatingInput,
  date: DateInput,
  instant: InstantInput,
  time: TimeInput,
  yesNo: YesNoInput,
  choice: ChoiceInput,
  choices: ChoiceInput,
  tags: TagsInput,
  reference: ReferenceInput,
  address: AddressInput,
  birthday: BirthdayInput,
  contactPoints: ContactPointsInput,
};

/** Whether a person may change this field at all: its kind has an input and its right allows it. */
export function isEditable(field: Field): boolean {
  return field.right === 'edit' && !field.readOnly && !field.computed && !field.system && field.kind in inputs;
}

/** Edits one value of any kind; needs antd, so lists load it with `lazyWithAntd`. */
export default function FieldInput(props: FieldInputProps) {
  const { field, value, onChange, onCommit, onCancel, autoFocus, size, id, invalid = false, describedBy } = props;
  const latest = useRef({ onCommit, onCancel });
  latest.current = { onCommit, onCancel };
  // A pick changes and means the value in one event: wait until the owner has drawn the change.
  const commit = useCallback(() => {
    if (latest.current.onCommit) setTimeout(() => latest.current.onCommit?.(), 0);
  }, []);
  const cancel = useCallback(() => latest.current.onCancel?.(), []);

  const Input = inputs[field.kind];
  if (!Input || !isEditable(field)) return <FieldValue field={field} value={value} />;
  return (
    <Input
      field={field}
      value={value}
      onChange={onChange}
      commit={commit}
      cancel={cancel}
      autoFocus={autoFocus}
      size={size}
      id={id}
      label={labelOf(field.labels, field.name)}
      invalid={invalid}
      describedBy={describedBy}
    />
  );
}
