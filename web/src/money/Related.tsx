import { useQuery } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { Link } from 'react-router';
import { get } from '../api/client';
import { keys, useRecordType } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { labelOf } from '../language';
import { FieldValue } from '../records/fields/FieldValue';
import './money.css';

interface RelatedProps {
  type: string;
  filter: string;
  /** The first leads to the record. */
  fields: string[];
  sort?: string;
  action?: ReactNode;
  /** What can be done with one of them. */
  each?: (record: AnyRecord) => ReactNode;
}

/** What of another noun belongs to a record, as a short list; nothing where the reader may not see that noun. */
export function Related({ type, filter, fields, sort, action, each }: RelatedProps) {
  const described = useRecordType(type).data;
  const list = useQuery({
    queryKey: [...keys.records(type), 'related', filter],
    queryFn: ({ signal }) =>
      get<{ items: AnyRecord[] }>(`/${type}`, { signal, query: { filter, sort, fields: fields.join(','), limit: 50 } }),
    retry: false,
  });
  if (!described || !list.data || (list.data.items.length === 0 && !action)) return null;
  const shown = fields.map((name) => described.fields.find((field) => field.name === name)).filter((field) => !!field);
  return (
    <section className="panel" aria-label={labelOf(described.labels, type)}>
      <h2>
        {labelOf(described.labels, type)}
        {list.data.items.length > 0 && <span className="panel-count">{list.data.items.length}</span>}
        {action}
      </h2>
      <ul className="money-related">
        {list.data.items.map((record) => (
          <li key={record.id}>
            {shown.map((field, at) =>
              at === 0 ? (
                <Link key={field.name} to={`/${type}/${record.id}`}>
                  {String(record[field.name] ?? '—')}
                </Link>
              ) : (
                <span key={field.name}>
                  <FieldValue field={field} value={record[field.name]} compact />
                </span>
              ),
            )}
            {each?.(record)}
          </li>
        ))}
      </ul>
    </section>
  );
}
