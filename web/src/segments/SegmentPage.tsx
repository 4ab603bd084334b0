import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { get, post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import type { ListPage } from '../api/types';
import { formatDecimal } from '../look/format';
import { Button, Chip, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { PageBar } from '../shell/PageBar';
import { ConditionWords } from './ConditionWords';
import { Growth } from './Growth';
import { MembersDialog } from './MembersDialog';
import { SegmentForm } from './SegmentForm';
import { customersOf, type Figures, inSegment, type Segment, segmentKeys, useSizes } from './segments';
import './segments.css';

/** One segment: what it asks, how large it is and was, and the first of its customers. */
export default function SegmentPage({ id }: { id: string }) {
  const fresh = id === 'new';
  const [editing, setEditing] = useState(fresh);
  const segment = useQuery({
    queryKey: segmentKeys.one(id),
    queryFn: ({ signal }) => get<Segment>(`/segments/${id}`, { signal }),
    enabled: !fresh,
  });
  const navigate = useNavigate();
  if (fresh || (editing && segment.data))
    return (
      <SegmentForm
        segment={segment.data}
        onDone={(saved) => {
          setEditing(false);
          if (fresh) void navigate(saved ? `/segments/${saved.id}` : '/segments', { replace: true });
        }}
      />
    );
  if (segment.isError) return <Failure message={sentence(segment.error)} onRetry={() => void segment.refetch()} />;
  return segment.data ? <Shown segment={segment.data} onEdit={() => setEditing(true)} /> : <Skeleton lines={8} />;
}

function Shown({ segment, onEdit }: { segment: Segment; onEdit: () => void }) {
  const { t } = useTranslation('segments');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [changing, setChanging] = useState<'add' | 'remove' | null>(null);
  const rights = useRecordType('segments').data?.rights;
  const size = useSizes().data?.find(({ id }) => id === segment.id);
  const figures = useQuery({
    queryKey: segmentKeys.figures(segment.id),
    queryFn: ({ signal }) => get<Figures>(`/segments/${segment.id}/figures`, { signal }),
    enabled: size?.state === 'ready',
    retry: false,
  });
  const members = useQuery({
    queryKey: [...segmentKeys.figures(segment.id), 'sample', size?.size],
    queryFn: ({ signal }) =>
      get<ListPage>('/customers', {
        signal,
        query: { filter: inSegment(segment.id), limit: 10, fields: 'name,city,level,owner' },
      }),
    enabled: size?.state === 'ready',
    retry: false,
  });
  const drop = async () => {
    try {
      await remove(`/segments/${segment.id}`);
      void client.invalidateQueries({ queryKey: segmentKeys.all });
      void navigate('/segments');
      toast({
        text: t('removed'),
        action: {
          label: t('undo'),
          run: () =>
            void post(`/segments/${segment.id}/restore`).then(() =>
              client.invalidateQueries({ queryKey: segmentKeys.all }),
            ),
        },
      });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };
  const count = figures.data?.size ?? size?.size;
  return (
    <>
      <PageBar
        title={segment.name}
        aside={
          <>
            <Chip color={segment.kind === 'live' ? 'green' : 'grey'}>{t(segment.kind)}</Chip>
            {size && size.state !== 'ready' && (
              <Chip color={size.state === 'failed' ? 'red' : 'amber'}>{t(size.state)}</Chip>
            )}
            {count !== undefined && (
              <strong className="only-wide">{t('size', { count, number: formatDecimal(count) })}</strong>
            )}
          </>
        }
        actions={
          <>
            {rights?.delete && <Button className="only-wide" icon="trash" aria-label={t('remove')} onClick={() => void drop()} />}
            {rights?.edit && segment.kind === 'static' && (
              <>
                <Button className="only-wide" onClick={() => setChanging('remove')}>
                  {t('take')}
                </Button>
                <Button icon="plus" onClick={() => setChanging('add')}>
                  {t('add')}
                </Button>
              </>
            )}
            {rights?.edit && (
              <Button icon="edit" onClick={onEdit}>
                {t('edit')}
              </Button>
            )}
            <Button kind="primary" onClick={() => void navigate(customersOf(segment.id))}>
              {t('view')}
            </Button>
          </>
        }
      />
      <div className="segment-page">
        {(size?.refused || size?.problem) && (
          <p className="segment-refused" role="alert">
            {size.refused ?? size.problem}
          </p>
        )}
        <section>
          {segment.note && <p>{segment.note}</p>}
          {segment.kind === 'live' && (
            <>
              <h2>{t('conditions')}</h2>
              <p className="segment-words">
                <ConditionWords filter={segment.filter ?? ''} />
              </p>
            </>
          )}
          <h2>{t('growth')}</h2>
          {figures.data ? <Growth figures={figures.data} /> : <p className="meta">{t('counting')}</p>}
        </section>
        <section>
          <h2>{t('sample')}</h2>
          <ul className="segment-sample">
            {(members.data?.items ?? []).map((customer) => (
              <li key={customer.id}>
                <Link to={`/customers/${customer.id}`} className="ellipsis">
                  {String(customer.name)}
                </Link>
                <span className="meta">
                  {[customer.city, (customer.owner as { name?: string } | undefined)?.name].filter(Boolean).join(' · ')}
                </span>
              </li>
            ))}
          </ul>
          {members.data?.items.length === 0 && <p className="meta">{t('noMembers')}</p>}
          {members.data?.next && count !== undefined && (
            <Link to={customersOf(segment.id)}>{t('all', { count, number: formatDecimal(count) })}</Link>
          )}
        </section>
      </div>
      {changing && (
        <MembersDialog segment={segment} adding={changing === 'add'} onClose={() => setChanging(null)} />
      )}
    </>
  );
}
