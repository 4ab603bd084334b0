import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecordTypes } from '../api/queries';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { formatDecimal, formatRelative } from '../look/format';
import { Button, Chip, Empty, Failure, Segmented, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { PageBar } from '../shell/PageBar';
import { usePageCommands } from '../shell/overlays';
import { CompareView } from './CompareView';
import { type Band, type Case, type CasePage, duplicateKeys, useScan } from './duplicates';
import { Merges } from './Merges';
import './trust.css';

const matched = ['customers', 'contacts'];
const bandColor: Record<Band, string> = { match: 'red', review: 'amber', related: 'blue' };

type Shown = Band | 'all' | 'merges';

/** The steward's queue: cases on the left, the records of one side by side, and the merges there were. */
export default function DuplicatesPage() {
  const { t } = useTranslation('trust');
  const [where, setWhere] = useSearchParams();
  const given = where.get('ids')?.split(',').filter(Boolean) ?? [];
  const types = (useRecordTypes().data ?? []).filter(({ type }) => matched.includes(type));
  const type = where.get('type') ?? 'customers';
  const shown = (where.get('show') ?? 'all') as Shown;
  const go = (next: Record<string, string>) => setWhere({ type, show: shown, ...next }, { replace: true });
  const navigate = useNavigate();
  const done = useMerged(type);

  if (given.length >= 2)
    return (
      <>
        <PageBar title={t('mergeTitle')} />
        <div className="trust-alone">
          <CompareView
            type={type}
            ids={given}
            onMerged={(survivor, merges) => {
              done(merges);
              void navigate(`/${type}/${survivor}`);
            }}
          />
        </div>
      </>
    );
  return (
    <>
      <PageBar title={t('title')} actions={<ScanButton type={type} />}>
        <div className="trust-tools">
          <Segmented
            label={t('what')}
            value={type}
            options={types.map((noun) => ({ value: noun.type, label: labelOf(noun.labels, noun.type) }))}
            onChange={(next) => go({ type: next })}
          />
          <Segmented
            label={t('show')}
            value={shown}
            options={(['all', 'match', 'review', 'related', 'merges'] as const).map((band) => ({
              value: band,
              label: t(`bands.${band}`),
            }))}
            onChange={(next) => go({ show: next })}
          />
        </div>
      </PageBar>
      {shown === 'merges' ? <Merges type={type} /> : <Queue key={`${type}${shown}`} type={type} band={shown} />}
    </>
  );
}

/** Says that it is done, offers the way back, and refreshes what shows the records. */
function useMerged(type: string) {
  const { t } = useTranslation('trust');
  const client = useQueryClient();
  return (merges: string[]) => {
    const refresh = () => {
      void client.invalidateQueries({ queryKey: duplicateKeys.all });
      void client.invalidateQueries({ queryKey: keys.records(type) });
    };
    refresh();
    toast({
      text: t('merged'),
      action: {
        label: t('undo'),
        run: () => {
          void (async () => {
            try {
              for (const merge of merges.toReversed()) await post(`/merges/${merge}:undo`);
              toast({ text: t('undone') });
            } catch (error) {
              toast({ text: sentence(error), kind: 'error' });
            }
            refresh();
          })();
        },
      },
    });
  };
}

function Queue({ type, band }: { type: string; band: Band | 'all' }) {
  const { t } = useTranslation('trust');
  const client = useQueryClient();
  const { me } = useSession();
  const [mine, setMine] = useState(false);
  const [wanted, setWanted] = useState<string | null>(null);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const merged = useMerged(type);
  const pages = useInfiniteQuery({
    queryKey: duplicateKeys.cases(type, band, mine),
    queryFn: ({ pageParam, signal }) =>
      get<CasePage>('/duplicates', {
        signal,
        query: { type, band: band === 'all' ? '' : band, mine: mine || '', cursor: pageParam, count: !pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = (pages.data?.pages ?? []).flatMap((page) => page.items).filter(({ id }) => !gone.has(id));
  const at = Math.max(
    0,
    items.findIndex(({ id }) => id === wanted),
  );
  const current: Case | undefined = items[at];

  const leave = (id: string) => {
    setWanted(items[at + 1]?.id ?? items[at - 1]?.id ?? null);
    setGone(new Set([...gone, id]));
    if (items.length < 5 && pages.hasNextPage) void pages.fetchNextPage();
  };
  const act = async (verb: 'different' | 'related', item: Case) => {
    try {
      await post(`/duplicates/${item.id}:${verb}`, {});
      leave(item.id);
      toast({ text: t(verb === 'different' ? 'saidDifferent' : 'saidRelated') });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };
  const assign = async (item: Case) => {
    try {
      await post(`/duplicates/${item.id}:assign`, { user: item.assignedTo ? null : me.id });
      await client.invalidateQueries({ queryKey: duplicateKeys.cases(type, band, mine) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };
  const move = (step: number) => () => setWanted(items[Math.min(items.length - 1, Math.max(0, at + step))]?.id ?? null);
  usePageCommands({ j: move(1), k: move(-1), ArrowDown: move(1), ArrowUp: move(-1), a: () => current && void assign(current) });

  if (pages.isLoading) return <Skeleton lines={8} />;
  if (pages.isError) return <Failure message={sentence(pages.error)} onRetry={() => void pages.refetch()} />;
  const count = (pages.data?.pages[0]?.count ?? items.length) - gone.size;
  return (
    <div className="trust-queue">
      <div className="trust-cases">
        <div className="trust-count">
          <span className="meta">{t('cases', { count: Math.max(0, count), number: formatDecimal(Math.max(0, count)) })}</span>
          <Segmented
            label={t('whose')}
            value={mine ? 'mine' : 'all'}
            options={[
              { value: 'all', label: t('everybodys') },
              { value: 'mine', label: t('mine') },
            ]}
            onChange={(next) => setMine(next === 'mine')}
          />
        </div>
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            className="trust-case"
            aria-current={item.id === current?.id || undefined}
            onClick={() => setWanted(item.id)}
          >
            <span className="trust-case-names">
              {item.records.map((record) => (
                <span key={record.id} className="ellipsis">
                  {record.title}
                </span>
              ))}
            </span>
            <span className="trust-case-facts">
              <Chip color={bandColor[item.band]}>{Math.round(item.probability * 100)}%</Chip>
              <span className="meta ellipsis">{item.assignedTo?.name ?? formatRelative(item.foundAt)}</span>
            </span>
          </button>
        ))}
        {pages.hasNextPage && (
          <Button kind="ghost" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('more')}
          </Button>
        )}
      </div>
      <div className="trust-case-open">
        {current ? (
          <>
            <p className="trust-line">
              <Chip color={bandColor[current.band]}>{t(`bands.${current.band}`)}</Chip>
              <Button kind="ghost" icon="assign" onClick={() => void assign(current)} title="A">
                {current.assignedTo ? t('assignedTo', { name: current.assignedTo.name }) : t('take')}
              </Button>
              <span className="meta only-wide">{t('keys')}</span>
            </p>
            <CompareView
              type={type}
              ids={current.records.map(({ id }) => id)}
              pairs={current.pairs}
              onDifferent={() => void act('different', current)}
              onRelated={() => void act('related', current)}
              onMerged={(_, merges) => {
                leave(current.id);
                merged(merges);
              }}
            />
          </>
        ) : (
          <Empty icon="check" title={t('empty')}>
            {t('emptyHint')}
          </Empty>
        )}
      </div>
    </div>
  );
}

function ScanButton({ type }: { type: string }) {
  const { t } = useTranslation('trust');
  const client = useQueryClient();
  const scan = useScan(type);
  const state = scan.data;
  const running = state?.state === 'running';
  const start = async () => {
    // The keys belong to the queue from here on: Enter merges and does not scan again.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    try {
      await post('/duplicates:scan', { type });
      while ((await scan.refetch()).data?.state === 'running') await new Promise((resume) => setTimeout(resume, 500));
      await client.invalidateQueries({ queryKey: duplicateKeys.all });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };
  return (
    <>
      <span className="meta" role="status">
        {running
          ? t(`scan.${state.stage ?? 'reading'}`, { done: formatDecimal(state.done), total: formatDecimal(state.total) })
          : state?.state === 'failed'
            ? t('scan.failed')
            : state?.finishedAt
              ? t('scan.done', { when: formatRelative(state.finishedAt) })
              : t('scan.never')}
      </span>
      <Button icon="search" busy={running} onClick={() => void start()}>
        {t('scan.start')}
      </Button>
    </>
  );
}
