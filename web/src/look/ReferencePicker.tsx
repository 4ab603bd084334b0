import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { useRecordType } from '../api/queries';
import type { ListPage } from '../api/types';
import { Icon } from './icons';
import { isComposing } from './keys';
import { TextInput } from './parts';
import './reference-picker.css';

interface ReferencePickerProps {
  type: string;
  label: string;
  selected: readonly string[];
  onToggle: (id: string, name: string) => void;
  autoFocus?: boolean;
  /** Only one can be meant. */
  single?: boolean;
}

/** Finds records of a type while typing; several may be ticked. Without antd, for lists and filters. */
export function ReferencePicker({ type, label, selected, onToggle, autoFocus, single = false }: ReferencePickerProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [composing, setComposing] = useState(false);
  const [at, setAt] = useState(0);
  const id = useId();
  const { data: description } = useRecordType(type);
  const title = description?.titleField ?? 'name';
  const query = typed.trim();
  const { data, isFetching } = useQuery({
    queryKey: ['pick', type, query],
    queryFn: ({ signal }) => get<ListPage>(`/${type}`, { signal, query: { q: query, limit: 20 } }),
    enabled: Boolean(description) && !composing,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const items = data?.items ?? [];
  const current = Math.min(at, Math.max(0, items.length - 1));
  const nameOf = (index: number) => String(items[index]?.[title] ?? items[index]?.id ?? '');
  return (
    <div className="reference-picker">
      <TextInput
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={items[current] ? `${id}-${current}` : undefined}
        placeholder={t('filter.searchReference')}
        autoFocus={autoFocus}
        data-autofocus={autoFocus || undefined}
        value={typed}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === 'ArrowDown') setAt(Math.min(current + 1, items.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(current - 1, 0));
          else if (event.key === 'Enter' && items[current]) onToggle(items[current].id, nameOf(current));
          else return;
          event.preventDefault();
        }}
      />
      <div id={id} role="listbox" aria-label={label} aria-multiselectable={!single} className="reference-picker-list">
        {items.map((item, index) => (
          <div
            key={item.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={selected.includes(item.id)}
            className={`reference-picker-option ${index === current ? 'reference-picker-current' : ''}`}
            onPointerMove={() => index !== current && setAt(index)}
            onClick={() => onToggle(item.id, nameOf(index))}
            onKeyDown={() => undefined}
          >
            <span className="reference-picker-tick" aria-hidden="true">
              {selected.includes(item.id) && <Icon name="check" size={16} />}
            </span>
            <span className="ellipsis">{nameOf(index)}</span>
          </div>
        ))}
      </div>
      {items.length === 0 && !isFetching && <p className="meta reference-picker-none">{t('filter.nothingFound')}</p>}
    </div>
  );
}
