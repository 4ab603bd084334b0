import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { sentence } from '../api/problem';
import { useList, useRecordType } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { labelOf } from '../language';
import { Button, Empty, Failure, Skeleton } from '../look/parts';
import { FieldValue } from '../records/fields/FieldValue';
import { openForm } from '../shell/forms';

interface RecordTableProps {
  type: string;
  columns: readonly string[];
  filter?: string;
  sort?: string;
  empty: string;
  /** More to do with a row than to open it. */
  actions?: (record: AnyRecord) => ReactNode;
}

/** A few rules of one kind: drawn from their description, each opened in the drawer that every record has. */
export function RecordTable({ type, columns, filter, sort, empty, actions }: RecordTableProps) {
  const { t } = useTranslation('settings');
  const description = useRecordType(type).data;
  const list = useList(type, { filter, sort });
  if (list.isError) return <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />;
  if (!description || !list.data) return <Skeleton lines={4} />;
  const fields = columns.map((name) => description.fields.find((field) => field.name === name)).filter((field) => field !== undefined);
  const rows = list.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <Empty title={empty} />;
  return (
    <div className="admin-table">
      <table>
        <thead>
          <tr>
            {fields.map((field) => (
              <th key={field.name} scope="col">
                {labelOf(field.labels, field.name)}
              </th>
            ))}
            <th scope="col" className="admin-actions">
              {t('actions')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-off={row.active === false || undefined}>
              {fields.map((field) => (
                <td key={field.name}>
                  <FieldValue field={field} value={row[field.name] ?? null} compact />
                </td>
              ))}
              <td className="admin-actions">
                {actions?.(row)}
                <Button kind="ghost" onClick={() => openForm({ type, id: row.id })}>
                  {t('edit')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.hasNextPage && (
        <Button kind="ghost" onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </div>
  );
}
