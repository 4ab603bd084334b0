import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reference, Value } from '../../../api/types';
import { useHits, useSettled } from '../hits';
import { inputAttributes, type KindInputProps } from './input';

/** Type-ahead over another record type: by name, pinyin initials or number, as far as the caller may see. */
export function ReferenceInput(props: KindInputProps) {
  const { t } = useTranslation('record');
  const { field, value, onChange, commit, cancel } = props;
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(Boolean(props.autoFocus));
  const hits = useHits(field.reference ?? '', useSettled(typed), open);
  const current = referenceOf(value);
  const options = (hits.data ?? []).map((hit) => ({ value: hit.id, label: hit.name, hint: hit.hint }));
  if (current && !typed && !options.some((option) => option.value === current.id))
    options.unshift({ value: current.id, label: current.name, hint: undefined });

  return (
    <Select
      {...inputAttributes(props as KindInputProps<never>)}
      className="field-input-wide"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear={!field.required}
      open={open}
      onOpenChange={setOpen}
      loading={hits.isFetching && hits.isLoading}
      value={current ? { value: current.id, label: current.name } : undefined}
      labelInValue
      options={options}
      notFoundContent={hits.isSuccess ? t('field.nothingFound') : t('field.searching')}
      optionRender={(option) => (
        <span className="field-option">
          <span className="ellipsis">{option.data.label}</span>
          {option.data.hint && <span className="meta ellipsis">{option.data.hint}</span>}
        </span>
      )}
      onChange={(next) => {
        onChange(next ? { id: next.value, name: String(next.label) } : null);
        setTyped('');
        commit();
      }}
      onKeyDown={(event) => event.key === 'Escape' && cancel()}
    />
  );
}

function referenceOf(value: Value): Reference | null {
  if (typeof value === 'object' && value !== null && 'id' in value) return value as Reference;
  return typeof value === 'string' && value ? { id: value, name: value } : null;
}
