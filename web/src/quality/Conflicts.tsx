import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import { labelOf } from '../language';
import { formatRelative } from '../look/format';
import { Button, Empty, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { FieldValue } from '../records/fields/FieldValue';
import { type Conflict, qualityKeys } from './quality';

/** Where another system says something else than what stands here: take it, or keep what is there. */
export function Conflicts({ type }: { type: string }) {
  const { t } = useTranslation('quality');
  const client = useQueryClient();
  const recordType = useRecordType(type).data;
  const pages = useInfiniteQuery({
    queryKey: [...qualityKeys.conflicts, type],
    queryFn: ({ pageParam, signal }) =>
      get<{ items: Conflict[]; next: string | null }>('/sources/conflicts', {
        signal,
        query: { type, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const resolve = async (conflict: Conflict, take: boolean) => {
    try {
      await post(
        '/sources/conflicts:resolve',
        { [type === 'contacts' ? 'contact' : 'customer']: conflict.id, field: conflict.field, system: conflict.system, take },
        { idempotencyKey: newKey() },
      );
      toast({ text: t(take ? 'conflicts.taken' : 'conflicts.kept') });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    void client.invalidateQueries({ queryKey: qualityKeys.conflicts });
  };
  if (pages.isLoading || !recordType) return <Skeleton lines={6} />;
  if (pages.isError) return <Failure message={sentence(pages.error)} onRetry={() => void pages.refetch()} />;
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0)
    return (
      <Empty icon="check" title={t('conflicts.none')}>
        {t('conflicts.noneHint')}
      </Empty>
    );
  return (
    <div className="quality-work">
      <ul>
        {items.map((conflict) => {
          const field = recordType.fields.find(({ name }) => name === conflict.field);
          if (!field) return null;
          return (
            <li key={`${conflict.id} ${conflict.field} ${conflict.system}`}>
              <Link to={`/${type}/${conflict.id}`} className="ellipsis">
                {conflict.title}
              </Link>
              <span className="quality-what">
                <strong>{labelOf(field.labels, field.name)}</strong>
                <FieldValue field={field} value={conflict.value} compact />
              </span>
              <span className="quality-what">
                <span className="meta">{t('conflicts.says', { system: conflict.system, when: formatRelative(conflict.at) })}</span>
                <FieldValue field={field} value={conflict.said} compact />
              </span>
              <span className="quality-acts">
                {conflict.mayEdit && (
                  <>
                    <Button onClick={() => void resolve(conflict, true)}>{t('conflicts.take')}</Button>
                    <Button kind="ghost" onClick={() => void resolve(conflict, false)}>
                      {t('conflicts.keep')}
                    </Button>
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ul>
      {pages.hasNextPage && (
        <Button kind="ghost" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </div>
  );
}
