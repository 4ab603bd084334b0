import { useTranslation } from 'react-i18next';
import { sentence } from '../../api/problem';
import { useRecord } from '../../api/queries';
import type { AnyRecord, RecordType } from '../../api/types';
import { labelOf } from '../../language';
import { formatRelative } from '../../look/format';
import { Button, Failure, IconButton } from '../../look/parts';
import { FieldValue } from '../fields/FieldValue';
import { isEmpty } from '../fields/values';
import { titleOf } from './title';

interface PeekPanelProps {
  description: RecordType;
  id: string;
  /** What the row already knows, shown until the whole record is here. */
  row: AnyRecord;
  onOpen: () => void;
  onEdit: () => void;
  onClose: () => void;
}

/** The record beside its list: filled fields only, following the hand up and down. */
export function PeekPanel({ description, id, row, onOpen, onEdit, onClose }: PeekPanelProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useRecord(description.type, id);
  const record = data ?? row;
  const byName = new Map(description.fields.map((field) => [field.name, field]));
  const ordered = [
    ...new Set([...description.form, ...description.list.columns, ...description.fields.map((field) => field.name)]),
  ];
  const fields = ordered
    .map((name) => byName.get(name))
    .filter((field) => field !== undefined)
    .filter(
      (field) =>
        field.name !== description.titleField && !field.system && !field.retired && !isEmpty(record[field.name]),
    );
  return (
    <aside className="peek" aria-label={t('list.peek')}>
      <header>
        <h2 className="ellipsis">{titleOf(description, record)}</h2>
        {description.rights.edit && <IconButton icon="edit" label={t('list.edit')} shortcut="E" onClick={onEdit} />}
        <IconButton icon="close" label={t('list.closePanel')} shortcut="Esc" onClick={onClose} />
      </header>
      {error && !data ? (
        <Failure message={sentence(error)} onRetry={() => void refetch()} />
      ) : (
        <dl>
          {fields.map((field) => (
            <div key={field.name} className={field.kind === 'longText' ? 'peek-long' : ''}>
              <dt>{labelOf(field.labels, field.name)}</dt>
              <dd>
                <FieldValue field={field} value={record[field.name]} record={record} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <footer>
        <span className="meta">
          {record.updatedAt
            ? t('list.updated', { time: formatRelative(record.updatedAt), name: record.updatedBy?.name ?? '' })
            : ''}
        </span>
        <Button kind="primary" onClick={onOpen}>
          {t('list.open')}
        </Button>
      </footer>
    </aside>
  );
}
