import type { ReactNode } from 'react';
import { useRecordType } from '../api/queries';
import type { Values } from '../api/types';
import { Button } from '../look/parts';
import { RecordTable } from '../settings/RecordTable';
import { openForm } from '../shell/forms';

interface RowsProps {
  type: string;
  title: string;
  /** What the rows are for; on a page with several panels it is not plain. */
  help?: string;
  columns: readonly string[];
  filter: string;
  sort?: string;
  empty: string;
  create: string;
  initial: Values;
  linked?: boolean;
  blank?: Readonly<Record<string, string>>;
  onSaved?: () => void;
  children?: ReactNode;
}

/** The rows of another noun that belong to a record of the catalogue, kept where it stands. */
export function Rows({ type, title, help, create, initial, onSaved, children, ...table }: RowsProps) {
  const description = useRecordType(type).data;
  if (!description) return null;
  return (
    <section className="panel admin-form" aria-label={title}>
      <div className="settings-line">
        <h2 className="settings-grow">{title}</h2>
        {description.rights.create && (
          <Button icon="plus" onClick={() => openForm({ type, initial, onSaved })}>
            {create}
          </Button>
        )}
      </div>
      {help && <p className="meta">{help}</p>}
      {children}
      <RecordTable type={type} removable={!table.linked} {...table} />
    </section>
  );
}
