import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordType } from '../../api/types';
import { formatDecimal } from '../../look/format';
import { Button, IconButton } from '../../look/parts';
import { BulkDelete } from './BulkDelete';
import { BulkEdit } from './BulkEdit';
import { ExportDialog } from './ExportDialog';
import { hasOwner } from './listState';
import type { Selection } from './selection';
import { list as listLiteral, condition, text, write } from '../filter/filter';

interface BulkBarProps {
  description: RecordType;
  selection: Selection;
  count: number;
  total: number;
  isExact: boolean;
  hasMore: boolean;
  filter: string;
  q: string;
  columns: readonly string[];
  onEverything: () => void;
  onClear: () => void;
}

/** What was chosen, as the server understands it: ids, or the filter itself. */
export type Target = { ids: string[] } | { filter: string };

/** What can be done with the ticked rows. */
export function BulkBar(props: BulkBarProps) {
  const { description, selection, count, total, isExact, hasMore, filter, q, columns, onEverything, onClear } = props;
  const { t } = useTranslation();
  const [doing, setDoing] = useState<'edit' | 'assign' | 'delete' | 'export' | null>(null);
  if (count === 0) return null;
  const ids = [...selection.ids];
  const target: Target = selection.everything ? { filter } : { ids };
  // A quick search narrows the list but is no filter: everything it found cannot be named to the server.
  const canTakeAll = hasMore && !selection.everything && selection.ids.size < total && q === '';
  const done = () => {
    setDoing(null);
    onClear();
  };
  return (
    <div className="bulk-bar" role="toolbar" aria-label={t('list.selected', { number: formatDecimal(count) })}>
      <strong>
        {t(selection.everything ? 'list.everythingSelected' : 'list.selected', { number: formatDecimal(count) })}
      </strong>
      {canTakeAll && (
        <Button kind="ghost" onClick={onEverything}>
          {t('list.selectEverything', { number: isExact ? formatDecimal(total) : `${formatDecimal(total)}+` })}
        </Button>
      )}
      <span className="bulk-space" />
      {description.rights.edit && hasOwner(description) && (
        <Button icon="assign" onClick={() => setDoing('assign')}>
          {t('bulk.assign')}
        </Button>
      )}
      {description.rights.edit && (
        <Button icon="edit" onClick={() => setDoing('edit')}>
          {t('bulk.edit')}
        </Button>
      )}
      {description.rights.export && (
        <Button icon="export" onClick={() => setDoing('export')}>
          {t('bulk.export')}
        </Button>
      )}
      {description.rights.delete && (
        <Button icon="trash" kind="danger" onClick={() => setDoing('delete')}>
          {t('bulk.delete')}
        </Button>
      )}
      <IconButton icon="close" label={t('list.clearSelection')} shortcut="Esc" onClick={onClear} />
      {(doing === 'edit' || doing === 'assign') && (
        <BulkEdit
          description={description}
          target={target}
          count={count}
          onlyOwner={doing === 'assign'}
          onClose={() => setDoing(null)}
          onDone={done}
        />
      )}
      {doing === 'delete' && (
        <BulkDelete
          description={description}
          target={target}
          count={count}
          onClose={() => setDoing(null)}
          onDone={done}
        />
      )}
      {doing === 'export' && (
        <ExportDialog
          description={description}
          columns={columns}
          filter={selection.everything ? filter : write(condition('id', 'in', listLiteral(ids.map(text))))}
          q={selection.everything ? q : ''}
          sort=""
          count={count}
          onClose={() => setDoing(null)}
        />
      )}
    </div>
  );
}
