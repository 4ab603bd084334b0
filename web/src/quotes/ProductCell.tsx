import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import type { ListPage } from '../api/types';
import { isComposing } from '../look/keys';
import { useSettled } from '../records/fields/hits';
import type { GridLine } from './grid';

interface ProductCellProps {
  row: number;
  line: GridLine;
  editable: boolean;
  onChoose: (change: Partial<GridLine>) => void;
  onWords: (words: string) => void;
  onPaste: (text: string) => void;
}

/** Finds a product by code, name or pinyin while typing; what is no product stays as words. */
export function ProductCell({ row, line, editable, onChoose, onWords, onPaste }: ProductCellProps) {
  const { t } = useTranslation('quotes');
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const query = useSettled((typed ?? '').trim(), 120);
  const hits = useQuery({
    queryKey: ['pick', 'products', query],
    queryFn: ({ signal }) =>
      get<ListPage>('/products', {
        signal,
        query: { q: query, limit: 8, fields: 'code,name,unit,stock', filter: 'active = true' },
      }),
    enabled: query !== '',
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const items = typed !== null && query ? (hits.data?.items ?? []) : [];
  const choose = (index: number) => {
    const item = items[index];
    if (!item) return;
    setTyped(null);
    onChoose({
      product: { id: item.id, name: String(item.name) },
      code: String(item.code),
      description: String(item.name),
      ...(line.quantity === undefined && { quantity: 1 }),
    });
  };
  return (
    <div className="product-cell">
      <input
        className="grid-input"
        data-row={row}
        data-cell="product"
        role="combobox"
        aria-expanded={items.length > 0}
        aria-controls={`products-${row}`}
        aria-label={`${t('grid.product')} ${row + 1}`}
        placeholder={t('grid.find')}
        disabled={!editable}
        value={typed ?? line.description ?? ''}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onBlur={() => {
          if (typed !== null && typed.trim() !== (line.description ?? '')) onWords(typed.trim());
          setTyped(null);
        }}
        onPaste={(event) => {
          const text = event.clipboardData.getData('text');
          if (!/[\t\n]/.test(text.trim())) return;
          event.preventDefault();
          onPaste(text);
        }}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === 'ArrowDown' && items.length > 0) setAt(Math.min(at + 1, items.length - 1));
          else if (event.key === 'ArrowUp' && items.length > 0) setAt(Math.max(at - 1, 0));
          else if ((event.key === 'Enter' || event.key === 'Tab') && items.length > 0) choose(at);
          else if (event.key === 'Escape') setTyped(null);
          else return;
          event.preventDefault();
        }}
      />
      {line.code && typed === null && <span className="meta product-code">{line.code}</span>}
      {items.length > 0 && (
        <ul id={`products-${row}`} role="listbox" className="product-hits">
          {items.map((item, index) => (
            <li
              key={item.id}
              role="option"
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(index);
              }}
            >
              <span className="meta">{String(item.code)}</span> {String(item.name)}
              {item.stock !== undefined && (
                <span className="meta"> · {t('grid.inStock', { count: Number(item.stock) })}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
