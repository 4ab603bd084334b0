import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSession } from '../../api/session';
import type { RecordType } from '../../api/types';
import { formatDecimal } from '../../look/format';
import { Button, IconButton } from '../../look/parts';
import { BulkDelete } from './BulkDelete';
import { BulkEdit } from './BulkEdit';
import { ExportDialog } from './ExportDialog';
import { hasOwner } from './listState';
import type { Selection } from './selection';
import { both, quote } from '../filter/filter';

const AddToList = lazy(() => import('../../segments/AddToList'));
const ReceiveMany = lazy(() => import('../../money/ReceiveMany'));

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
export type Target = { ids: string[] } | { filter: string; everything: true };

/** Nouns whose records can be made one. */
const mergeable = new Set(['customers', 'contacts']);

/** Nouns that are settled by money that comes in, so many at once. */
const payable = new Set(['payment-plans', 'invoices']);
const mostPaid = 200;

/** What can be done with the ticked rows. */
export function BulkBar(props: BulkBarProps) {
  const { description, selection, count, total, isExact, hasMore, filter, q, columns, onEverything, onClear } = props;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { may } = useSession();
  const [doing, setDoing] = useState<'edit' | 'assign' | 'delete' | 'export' | 'list' | 'receive' | null>(null);
  if (count === 0) return null;
  const ids = [...selection.ids];
  // Typed words are a condition of their own in the grammar, so everything they found can be named too.
  const everything = q === '' ? filter : both(filter, quote(q));
  const target: Target = selection.everything ? { filter: everything, everything: true } : { ids };
  const canTakeAll = hasMore && !selection.everything && selection.ids.size < total;
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
      {description.rights.edit && description.rights.assign !== false && hasOwner(description) && (
        <Button icon="assign" onClick={() => setDoing('assign')}>
          {t('bulk.assign')}
        </Button>
      )}
      {description.rights.edit && (
        <Button icon="edit" onClick={() => setDoing('edit')}>
          {t('bulk.edit')}
        </Button>
      )}
      {may('records.merge') && mergeable.has(description.type) && !selection.everything && count >= 2 && count <= 5 && (
        <Button icon="merge" onClick={() => void navigate(`/duplicates?type=${description.type}&ids=${ids.join()}`)}>
          {t('bulk.merge')}
        </Button>
      )}
      {may('segments.manage') && description.type === 'customers' && (
        <Button icon="segment" onClick={() => setDoing('list')}>
          {t('bulk.toList')}
        </Button>
      )}
      {may('receivables.manage') && payable.has(description.type) && !selection.everything && count <= mostPaid && (
        <Button icon="check" onClick={() => setDoing('receive')}>
          {t('bulk.receive')}
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
      {doing === 'list' && (
        <Suspense>
          <AddToList target={target} onClose={() => setDoing(null)} onDone={done} />
        </Suspense>
      )}
      {doing === 'receive' && (
        <Suspense>
          <ReceiveMany type={description.type} ids={ids} onClose={() => setDoing(null)} onDone={done} />
        </Suspense>
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
          filter={everything}
          q=""
          ids={selection.everything ? undefined : ids}
          sort=""
          count={count}
          onClose={() => setDoing(null)}
        />
      )}
    </div>
  );
}
