import { Select, Switch } from 'antd';
import { labelOf } from '../../../language';
import { ChoiceChip } from '../FieldValue';
import { useUsedTags } from '../tags';
import { no, yes } from '../words';
import { inputAttributes, type KindInputProps } from './input';

/** One or several of the administrator's choices; retired ones stay readable but are not offered. */
export function ChoiceInput(props: KindInputProps) {
  const { field, value, onChange, commit, cancel } = props;
  const many = field.kind === 'choices';
  const held = new Set(Array.isArray(value) ? (value as string[]) : [String(value ?? '')]);
  const options = (field.choices ?? [])
    .filter((choice) => !choice.retired || held.has(choice.value))
    .map((choice) => ({ value: choice.value, label: labelOf(choice.labels, choice.value) }));
  return (
    <Select
      {...inputAttributes(props as KindInputProps<never>)}
      className="field-input-wide"
      mode={many ? 'multiple' : undefined}
      allowClear={!field.required}
      showSearch={{ optionFilterProp: 'label' }}
      defaultOpen={props.autoFocus}
      options={options}
      value={many ? (Array.isArray(value) ? (value as string[]) : []) : ((value as string | null) ?? undefined)}
      optionRender={(option) => <ChoiceChip field={field} value={String(option.value)} />}
      onChange={(next: string | string[] | undefined) => {
        onChange(next ?? null);
        if (!many) commit();
      }}
      onKeyDown={(event) => event.key === 'Escape' && cancel()}
      onBlur={commit}
    />
  );
}

export function TagsInput(props: KindInputProps) {
  const { field, value, onChange, commit, cancel } = props;
  const used = useUsedTags(field.name);
  return (
    <Select
      {...inputAttributes(props as KindInputProps<never>)}
      className="field-input-wide"
      mode="tags"
      tokenSeparators={[',', '，', '、', ';', '；']}
      options={used.map((tag) => ({ value: tag, label: tag }))}
      value={Array.isArray(value) ? (value as string[]) : []}
      notFoundContent={null}
      onChange={(next: string[]) => onChange(next.map((tag) => tag.trim()).filter(Boolean))}
      onKeyDown={(event) => event.key === 'Escape' && cancel()}
      onBlur={commit}
    />
  );
}

export function YesNoInput({ value, onChange, commit, label, id, describedBy, autoFocus }: KindInputProps) {
  return (
    <Switch
      id={id}
      autoFocus={autoFocus}
      aria-label={label}
      aria-describedby={describedBy}
      checked={value === true}
      checkedChildren={labelOf(yes)}
      unCheckedChildren={labelOf(no)}
      onChange={(checked) => {
        onChange(checked);
        commit();
      }}
    />
  );
}
