import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../../api/client';
import type { ListPage, Reference, SearchHit, Value } from '../../../api/types';
import { inputAttributes, type KindInputProps } from './input';

interface Hit extends Reference {
  hint?: string;
}

/** Nouns that the global search knows; the others are small enough to be listed. */
const searched = new Set(['customers', 'contacts']);

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

export function useHits(type: string, q: string, enabled: boolean) {
  return useQuery({
    queryKey: ['reference', type, q],
    queryFn: ({ signal }) => (q && searched.has(type) ? searchHits(type, q, signal) : listHits(type, q, signal)),
    placeholderData: keepPreviousData,
    enabled: enabled && type !== '',
    staleTime: 10_000,
  });
}

async function searchHits(type: string, q: string, signal: AbortSignal): Promise<Hit[]> {
  const { items } = await get<{ items: SearchHit[] }>('/search', { signal, query: { q, types: type } });
  return items.map((hit) => ({ id: hit.id, name: hit.title, hint: hit.subtitle ?? hit.owner?.name }));
}

async function listHits(type: string, q: string, signal: AbortSignal): Promise<Hit[]> {
  const { items } = await get<ListPage>(`/${type}`, { signal, query: { q, limit: 20 } });
  return items.map((record) => ({
    id: record.id,
    name: String(record.name ?? record.subject ?? record.id),
    hint: hintOf(record.team ?? record.customer),
  }));
}

function hintOf(value: Value): string | undefined {
  return referenceOf(value)?.name;
}

function referenceOf(value: Value): Reference | null {
  if (typeof value === 'object' && value !== null && 'id' in value) return value as Reference;
  return typeof value === 'string' && value ? { id: value, name: value } : null;
}

/** The text after a pause in typing, so that not every letter becomes a request. */
export function useSettled(text: string, milliseconds = 120): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), milliseconds);
    return () => clearTimeout(timer);
  }, [text, milliseconds]);
  return settled;
}
