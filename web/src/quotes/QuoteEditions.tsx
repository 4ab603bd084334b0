import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { keys } from '../api/queries';
import type { Value } from '../api/types';
import { formatInstant, formatList } from '../look/format';

interface Change {
  field: string;
  label: string;
  from: Value;
  to: Value;
}

interface Editions {
  items: { edition: number; at: string; by?: string }[];
  fields?: Change[];
  lines?: { kind: string; description?: string; fields: Change[] }[];
}

const words = (value: Value): string =>
  value === null || value === undefined
    ? '–'
    : typeof value === 'object' && 'amount' in value
      ? String(value.amount)
      : String(value);

/** The editions that left the house, and what is different now. */
export function QuoteEditions({ id, version }: { id: string; version: number }) {
  const { t } = useTranslation('quotes');
  const [from, setFrom] = useState<number | null>(null);
  const { data } = useQuery({
    queryKey: [...keys.record('quotes', id), 'editions', version, from],
    queryFn: ({ signal }) => get<Editions>(`/quotes/${id}/editions`, { signal, query: { from } }),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <section className="panel" aria-label={t('editions')}>
      <h2>{t('editions')}</h2>
      <ul className="quote-links">
        {data.items.map((item) => (
          <li key={item.edition}>
            <button type="button" className="link" onClick={() => setFrom(from === item.edition ? null : item.edition)}>
              {t('edition', { number: item.edition })}
            </button>{' '}
            <span className="meta">
              {formatInstant(item.at)} {item.by}
            </span>
            {from === item.edition && (
              <ul className="quote-changes">
                {data.fields?.map((change) => (
                  <li key={change.field}>
                    {change.label}：{words(change.from)} → {words(change.to)}
                  </li>
                ))}
                {data.lines?.map((line, at) => (
                  <li key={at}>
                    {t(`change.${line.kind}`)} {line.description}
                    {line.kind === 'changed' && (
                      <span className="meta">
                        {' '}
                        {formatList(
                          line.fields.map((change) => `${change.label} ${words(change.from)} → ${words(change.to)}`),
                        )}
                      </span>
                    )}
                  </li>
                ))}
                {data.fields?.length === 0 && data.lines?.length === 0 && <li className="meta">{t('same')}</li>}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
