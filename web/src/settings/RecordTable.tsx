import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { referenceOf } from '../activities/activity';
import { sentence } from '../api/problem';
import { useDeleteRecord, useList, useRecordType, useRestoreRecord } from '../api/queries';
import type { AnyRecord, Field } from '../api/types';
import { labelOf } from '../language';
import { Button, Failure, IconButton, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { FieldValue } from '../records/fields/FieldValue';
import { isEmpty } from '../records/fields/values';
import { isNumeric } from '../records/list/columns';
import { openForm } from '../shell/forms';
import '../admin/admin.css';
import './settings.css';

/** Nouns of the catalogue, whose pages one goes to and fro between. */
const withPage = new Set(['products', 'price-lists']);

interface RecordTableProps {
  type: string;
  columns: readonly string[];
  filter?: string;
  sort?: string;
  empty: string;
  /** More to do with a row than to open it. */
  actions?: (record: AnyRecord) => ReactNode;
  /** The first column leads to the record's own page. */
  linked?: boolean;
  /** Rows can be taken out where they stand. */
  removable?: boolean;
  /** What an empty cell means, by its field. */
  blank?: Readonly<Record<string, string>>;
}

/** A few records of one kind: drawn from their description, each opened in the drawer that every record has. */
export function RecordTable({ type, columns, filter, sort, empty, actions, linked, removable, blank = {} }: RecordTableProps) {
  const { t } = useTranslation('settings');
  const description = useRecordType(type).data;
  const list = useList(type, { filter, sort });
  const take = useDeleteRecord(type);
  const back = useRestoreRecord(type);
  if (list.isError) return <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />;
  if (!description || !list.data) return <Skeleton lines={4} />;
  const fields = columns.map((name) => description.fields.find((field) => field.name === name)).filter((field) => field !== undefined);
  const rows = list.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <p className="meta">{empty}</p>;
  const title = (row: AnyRecord) => String(row[description.titleField] ?? '');
  const tell = (error: unknown) => toast({ kind: 'error', text: sentence(error) });
  const remove = (row: AnyRecord) =>
    void take.mutateAsync(row.id).then(
      () =>
        toast({
          text: t('removedOne', { name: title(row) }),
          undo: () => void back.mutateAsync(row.id).catch(tell),
        }),
      tell,
    );
  const cell = (row: AnyRecord, field: Field) =>
    isEmpty(row[field.name]) && blank[field.name] ? (
      <span className="meta">{blank[field.name]}</span>
    ) : (
      <FieldValue field={field} value={row[field.name] ?? null} compact />
    );
  const pageOf = (row: AnyRecord, field: Field) => {
    if (field === fields[0] && linked) return `/${type}/${row.id}`;
    const other = withPage.has(field.reference ?? '') ? referenceOf(row[field.name]) : null;
    return other && `/${field.reference}/${other.id}`;
  };
  return (
    <div className="admin-table record-table" aria-busy={list.isFetching}>
      <table>
        <thead>
          <tr>
            {fields.map((field) => (
              <th key={field.name} scope="col" className={isNumeric(field) ? 'number' : undefined}>
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
              {fields.map((field) => {
                const page = pageOf(row, field);
                return (
                  <td
                    key={field.name}
                    className={isNumeric(field) ? 'number' : undefined}
                    data-label={labelOf(field.labels, field.name)}
                  >
                    {page ? <Link to={page}>{cell(row, field)}</Link> : cell(row, field)}
                  </td>
                );
              })}
              <td className="admin-actions">
                {actions?.(row)}
                {description.rights.edit && (
                  <Button kind="ghost" aria-label={`${t('edit')} ${title(row)}`} onClick={() => openForm({ type, id: row.id })}>
                    {t('edit')}
                  </Button>
                )}
                {removable && description.rights.delete && (
                  <IconButton icon="close" size="small" label={t('removeOne', { name: title(row) })} onClick={() => remove(row)} />
                )}
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
