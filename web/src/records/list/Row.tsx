import { memo, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AnyRecord, Field, RecordType } from '../../api/types';
import { formatRelative } from '../../look/format';
import { lazyWithAntd } from '../../look/lazyWithAntd';
import { FieldValue, valueText } from '../fields/FieldValue';
import { isNumeric } from './columns';
import { titleOf } from './title';

const CellEditor = lazyWithAntd(() => import('./CellEditor'));

/** What a row asks its list to do; one steady object, so that rows are drawn again only for their own sake. */
export interface RowActions {
  toggle: (id: string, range: boolean) => void;
  focus: (index: number, cell: number) => void;
  open: (index: number, event?: { preventDefault(): void }) => void;
  edit: (index: number, cell: number) => void;
  leave: (index: number, cell: number, to: 'next' | 'previous' | 'stay') => void;
  done: (key: string) => void;
}

interface RowProps {
  description: RecordType;
  record: AnyRecord;
  columns: readonly Field[];
  index: number;
  top: number;
  height: number;
  selected: boolean;
  focused: boolean;
  /** The cell the keyboard stands on, or -1 for the row. */
  cell: number;
  /** Keys of cells with an editor, or '' for none in this row. */
  editors: string;
  editing: string | null;
  actions: RowActions;
}

export const cellKey = (id: string, field: string) => `${id}/${field}`;

export const Row = memo(function Row(props: RowProps) {
  const { description, record, columns, index, top, height, selected, focused, cell, editors, editing, actions } =
    props;
  const { t } = useTranslation();
  const title = titleOf(description, record);
  return (
    <div
      role="row"
      id={`row-${record.id}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`grid-row ${selected ? 'grid-row-selected' : ''} ${focused ? 'grid-row-focused' : ''}`}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <div role="gridcell" aria-colindex={1} className="grid-check">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`${t('list.select')}: ${title}`}
          checked={selected}
          onChange={() => undefined}
          onClick={(event) => {
            actions.focus(index, -1);
            actions.toggle(record.id, event.shiftKey);
          }}
        />
      </div>
      {columns.map((field, at) => {
        const key = cellKey(record.id, field.name);
        const isTitle = field.name === description.titleField;
        const hasEditor = editors.includes(key);
        return (
          <div
            key={field.name}
            role="gridcell"
            id={focused && cell === at ? `cell-${record.id}` : undefined}
            aria-colindex={at + 2}
            className={`grid-cell ${isTitle ? 'grid-title' : ''} ${isNumeric(field) ? 'grid-number' : ''} ${focused && cell === at ? 'grid-cell-focused' : ''}`}
            onClick={(event) => {
              if (!(event.target as HTMLElement).closest('a')) actions.focus(index, isTitle ? -1 : at);
            }}
            onDoubleClick={() => actions.edit(index, at)}
            onKeyDown={() => undefined}
          >
            {hasEditor ? (
              <Suspense fallback={<Content field={field} record={record} />}>
                <CellEditor
                  description={description}
                  record={record}
                  field={field}
                  active={editing === key}
                  onLeave={(to) => actions.leave(index, at, to)}
                  onDone={() => actions.done(key)}
                />
              </Suspense>
            ) : isTitle ? (
              <Link
                to={`/${description.type}/${record.id}`}
                tabIndex={-1}
                className="ellipsis"
                title={title}
                onClick={(event) => {
                  if (!event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0)
                    actions.open(index, event);
                }}
              >
                {title}
              </Link>
            ) : (
              <Content field={field} record={record} />
            )}
          </div>
        );
      })}
    </div>
  );
});

/** Dates of contact read as distance, and the next one in red once it has passed; both with a word, not colour alone. */
function Content({ field, record }: { field: Field; record: AnyRecord }) {
  const value = record[field.name];
  if (field.kind === 'instant' && typeof value === 'string' && field.right !== 'masked') {
    const late = isDue(field.name) && Date.parse(value) < Date.now() && record.done !== true && !record.doneAt;
    return (
      <span className={late ? 'ellipsis grid-late' : 'ellipsis'} title={valueText(field, value)}>
        {formatRelative(value)}
      </span>
    );
  }
  if (field.kind === 'choice' || field.kind === 'choices' || field.kind === 'tags' || field.kind === 'rating')
    return <FieldValue field={field} value={value} record={record} compact />;
  return (
    <span className="ellipsis" title={field.right === 'masked' ? undefined : valueText(field, value)}>
      <FieldValue field={field} value={value} record={record} compact />
    </span>
  );
}

const isDue = (name: string) => name === 'nextContactAt' || name === 'dueAt';
