import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { formatRelative } from '../look/format';
import { Avatar, Button, Chip, Empty, Failure, Segmented, Skeleton } from '../look/parts';
import { PageBar } from '../shell/PageBar';
import { type ApprovalList, approvalsKey, type Box, boxes, colorOf } from './approvals';
import { DelegationDialog } from './DelegationDialog';
import { useState } from 'react';
import './approvals.css';

/** What waits for my word, what I asked for, what I decided. */
export default function ApprovalsPage() {
  const { t } = useTranslation('approvals');
  const [search, setSearch] = useSearchParams();
  const [away, setAway] = useState(false);
  const box = boxes.find((known) => known === search.get('box')) ?? 'waiting';
  const list = useInfiniteQuery({
    queryKey: [...approvalsKey, box],
    queryFn: ({ pageParam, signal }) => get<ApprovalList>('/approvals', { signal, query: { box, cursor: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (answer) => answer.next ?? undefined,
  });
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  const waiting = list.data?.pages[0]?.waiting ?? 0;
  return (
    <div>
      <PageBar
        title={t('title')}
        actions={
          <Button icon="user" onClick={() => setAway(true)}>
            {t('away.open')}
          </Button>
        }
      >
        <Segmented<Box>
          label={t('which')}
          value={box}
          options={boxes.map((value) => ({
            value,
            label: value === 'waiting' && waiting > 0 ? `${t(`box.${value}`)} ${waiting}` : t(`box.${value}`),
          }))}
          onChange={(value) => setSearch(value === 'waiting' ? {} : { box: value }, { replace: true })}
        />
      </PageBar>
      {list.isLoading && <Skeleton lines={6} />}
      {list.isError && <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <Empty icon="check" title={t(`empty.${box}`)}>
          {t(`emptyHelp.${box}`)}
        </Empty>
      )}
      <ul className="approvals">
        {items.map((item, at) => (
          <li key={`${item.id}-${at}`}>
            <Link to={`/approvals/${item.id}`}>
              <Avatar name={item.submittedBy?.name ?? ''} size={36} />
              <span className="approvals-words">
                <strong className="ellipsis">{item.title}</strong>
                <span className="meta ellipsis">{item.reason}</span>
                <span className="meta">
                  {item.kindLabel} · {item.submittedBy?.name} · {formatRelative(item.submittedAt)}
                  {item.standsInFor && ` · ${t('standsInFor', { name: item.standsInFor.name })}`}
                </span>
              </span>
              <Chip color={colorOf(item.word ?? item.state)}>{t(`word.${item.word ?? item.state}`)}</Chip>
            </Link>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <p className="approvals-more">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('more')}
          </Button>
        </p>
      )}
      {away && <DelegationDialog onClose={() => setAway(false)} />}
    </div>
  );
}
