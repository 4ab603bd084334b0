import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOpen } from '../../activities/activity';
import { spokenMentions } from '../../activities/mentions';
import { discard, usePending } from '../../activities/outbox';
import { get } from '../../api/client';
import { sentence } from '../../api/problem';
import { keys } from '../../api/queries';
import { useSession } from '../../api/session';
import type { AnyRecord, RecordType } from '../../api/types';
import { formatDate, formatRelative } from '../../look/format';
import { Button, Empty, Failure, Skeleton } from '../../look/parts';
import { TimelineEntry } from './TimelineEntry';
import { byDay, fits, type TimelineFilter, timelineFilters, type TimelinePage } from './timeline';
import './timeline.css';

interface TimelineProps {
  recordType: RecordType;
  id: string;
  /** The first page when the caller already has it. */
  first?: TimelinePage;
  firstAt?: number;
  onActivityChanged?: (activity: AnyRecord) => void;
  /** The page shows what is still to be done elsewhere. */
  withoutOpen?: boolean;
}

export function useTimeline(type: string, id: string, first?: TimelinePage, firstAt?: number) {
  return useInfiniteQuery({
    queryKey: keys.timeline(type, id),
    queryFn: ({ pageParam, signal }) =>
      get<TimelinePage>(`/${type}/${id}/timeline`, { signal, query: { cursor: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    initialData: first
      ? ({ pages: [first], pageParams: [''] } satisfies InfiniteData<TimelinePage, string>)
      : undefined,
    initialDataUpdatedAt: firstAt,
  });
}

/** What happened with a record, newest first, day by day, with chips that narrow it. */
export function Timeline({ recordType, id, first, firstAt, onActivityChanged, withoutOpen = false }: TimelineProps) {
  const { t } = useTranslation('record');
  const { me } = useSession();
  const [filter, setFilter] = useState<TimelineFilter>('all');
  const timeline = useTimeline(recordType.type, id, first, firstAt);
  const pending = usePending(me.id, recordType.type, id);
  const items = (timeline.data?.pages ?? []).flatMap((page) => page.items);
  const shown = items.filter(
    (item) => fits(item, filter) && !(withoutOpen && filter !== 'task' && item.activity && isOpen(item.activity)),
  );

  return (
    <section className="timeline" aria-label={t('timeline.title')}>
      <div className="timeline-filters" role="group" aria-label={t('timeline.filter')}>
        {timelineFilters.map((name) => (
          <button
            key={name}
            type="button"
            className="timeline-filter"
            aria-pressed={filter === name}
            onClick={() => setFilter(name)}
          >
            {t(`timeline.filters.${name}`)}
          </button>
        ))}
      </div>
      {pending.map((entry) => (
        <div key={entry.key} className="timeline-pending record-notice" data-kind={entry.refusal ? 'error' : 'warn'}>
          <p>{spokenMentions(String(entry.body.content ?? entry.body.subject ?? ''))}</p>
          <p className="meta">
            {entry.refusal
              ? t('timeline.refused', { reason: entry.refusal })
              : t('timeline.waiting', { time: formatRelative(entry.at) })}{' '}
            {entry.refusal && (
              <button type="button" className="record-link" onClick={() => discard(entry.key)}>
                {t('timeline.discard')}
              </button>
            )}
          </p>
        </div>
      ))}
      {timeline.isLoading && <Skeleton lines={5} />}
      {timeline.isError && !timeline.data && (
        <Failure message={sentence(timeline.error)} onRetry={() => void timeline.refetch()} />
      )}
      {timeline.isSuccess && shown.length === 0 && !timeline.hasNextPage && (
        <Empty icon="activity" title={t(filter === 'all' ? 'timeline.empty' : 'timeline.emptyFiltered')}>
          {filter === 'all' && t('timeline.emptyHint')}
        </Empty>
      )}
      {byDay(shown, formatDate).map((day) => (
        <section key={`${day.date}${day.items[0]?.at}`} className="timeline-day">
          <h3>{day.date}</h3>
          <ol>
            {day.items.map((item, index) => (
              <TimelineEntry
                key={item.activity?.id ?? item.change?.seq ?? item.comment?.id ?? `${item.at}${index}`}
                item={item}
                recordType={recordType}
                onActivityChanged={(activity) => {
                  void timeline.refetch();
                  onActivityChanged?.(activity);
                }}
              />
            ))}
          </ol>
        </section>
      ))}
      {timeline.hasNextPage && (
        <Button busy={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          {t('timeline.more')}
        </Button>
      )}
    </section>
  );
}
