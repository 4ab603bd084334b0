import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { get, newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import { useSession } from '../api/session';
import { rowsOf, useRowKeys } from '../home/rowKeys';
import { Dialog } from '../look/Dialog';
import { formatDecimal, formatRelative } from '../look/format';
import { Button, Empty, Failure, Segmented, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { FieldValue } from '../records/fields/FieldValue';
import { useSettled } from '../records/fields/hits';
import { PageBar } from '../shell/PageBar';
import type { Pooled, PoolPageAnswer, PoolTrial } from './pools';
import { PoolSheetDialog } from './PoolSheet';
import './trust.css';

const poolKey = ['pool'];

/** What nobody owns, for those who may claim it. */
export default function PoolPage() {
  const { t } = useTranslation('trust');
  const { may } = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const page = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState('');
  const [words, setWords] = useState('');
  const [trying, setTrying] = useState(false);
  const [looking, setLooking] = useState<Pooled | null>(null);
  const [asked, setAsked] = useState<{ customer: Pooled; message: string; keys: string[] } | null>(null);
  const q = useSettled(words.trim(), 200);
  const described = useRecordType('customers').data;
  useRowKeys(page);
  const list = useInfiniteQuery({
    queryKey: [...poolKey, chosen, q],
    queryFn: ({ pageParam, signal }) =>
      get<PoolPageAnswer>('/pool', { signal, query: { pool: chosen, q, cursor: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (answer) => answer.next ?? undefined,
  });
  const claim = useMutation({
    mutationFn: ({ customer, confirm = '' }: { customer: Pooled; confirm?: string }) =>
      post(`/customers/${customer.id}:claim`, {}, { idempotencyKey: newKey(), query: { confirm } }),
    onSuccess: (_, { customer }) => {
      setAsked(null);
      toast({
        text: t('pool.claimed', { name: customer.name }),
        action: { label: t('pool.open'), run: () => void navigate(`/customers/${customer.id}`) },
      });
      void client.invalidateQueries({ queryKey: poolKey });
      void client.invalidateQueries({ queryKey: keys.records('customers') });
    },
    onError: (error, { customer }) => {
      if (error instanceof Problem && error.body.confirm?.length)
        setAsked({ customer, message: error.message, keys: error.body.confirm });
      else {
        toast({ text: sentence(error), kind: 'error' });
        void client.invalidateQueries({ queryKey: poolKey });
      }
    },
  });
  const pools = list.data?.pages[0]?.pools ?? [];
  const items = (list.data?.pages ?? []).flatMap((answer) => answer.items);
  const left = pools.filter((pool) => (!chosen || pool.id === chosen) && pool.claimsLeft !== undefined);
  const looks = pools.find((pool) => (!chosen || pool.id === chosen) && pool.looksLeft !== undefined)?.looksLeft;
  const narrowed = pools.length === 1 ? pools[0] : pools.find((pool) => pool.id === chosen);
  const field = (name: string) => described?.fields.find((candidate) => candidate.name === name);
  const chip = (name: 'level' | 'stage', item: Pooled) =>
    field(name) && item[name] ? <FieldValue field={field(name)!} value={item[name]} compact /> : null;

  return (
    <div ref={page}>
      <PageBar
        title={t('pool.title')}
        aside={
          left.length > 0 && (
            <span className="meta only-wide">
              {left.map((pool) => t('pool.left', { name: pool.name, count: pool.claimsLeft })).join(' · ')}
              {looks !== undefined && ` · ${t('pool.looksLeft', { count: looks })}`}
            </span>
          )
        }
        actions={
          <>
            <Button onClick={() => void navigate('/collisions')}>{t('collision.title')}</Button>
            {may('pools.manage') && (
            <>
              <Button className="only-wide" onClick={() => setTrying(true)}>
                {t('pool.try')}
              </Button>
              <Button icon="settings" onClick={() => void navigate('/pool/rules')}>
                {t('pool.rules')}
              </Button>
            </>
            )}
          </>
        }
      >
        <div className="trust-tools">
          {pools.length > 1 && (
            <Segmented
              label={t('pool.which')}
              value={chosen}
              options={[
                { value: '', label: t('bands.all') },
                ...pools.map((pool) => ({ value: pool.id, label: `${pool.name} ${formatDecimal(pool.count)}` })),
              ]}
              onChange={setChosen}
            />
          )}
          <TextInput
            type="search"
            aria-label={t('pool.find')}
            placeholder={t('pool.find')}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
      </PageBar>
      {narrowed && <p className="meta pool-sentence">{narrowed.rules}</p>}
      {list.isLoading && <Skeleton lines={8} />}
      {list.isError && <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <Empty icon="pool" title={t(pools.length === 0 ? 'pool.noPool' : 'pool.empty')}>
          {t(pools.length === 0 ? 'pool.noPoolHint' : 'pool.emptyHint')}
        </Empty>
      )}
      {items.length > 0 && (
        <div className="trust-alone">
          <ul className="pool-list">
            {items.map((item) => (
              <li key={item.id} className="pool-row" {...rowsOf('/pool')}>
                <div className="pool-names">
                  <button type="button" className="pool-name ellipsis" onClick={() => setLooking(item)}>
                    {item.name}
                  </button>
                  {chip('level', item)}
                  {chip('stage', item)}
                  <span className="meta">{[item.industry, item.province === item.city ? null : item.province, item.city].filter(Boolean).join(' · ')}</span>
                </div>
                <div className="meta">
                  {[
                    item.formerOwner && t('pool.former', { name: item.formerOwner }),
                    item.pooledAt && t('pool.since', { when: formatRelative(item.pooledAt) }),
                    item.lastActivityAt && t('pool.contact', { when: formatRelative(item.lastActivityAt) }),
                    item.reason,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </div>
                <Button
                  kind="primary"
                  busy={claim.isPending && claim.variables?.customer.id === item.id}
                  onClick={() => claim.mutate({ customer: item })}
                >
                  {t('pool.claim')}
                </Button>
              </li>
            ))}
          </ul>
          {list.hasNextPage && (
            <Button kind="ghost" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('more')}
            </Button>
          )}
        </div>
      )}
      {asked && (
        <Dialog
          title={t('pool.collision')}
          onClose={() => setAsked(null)}
          footer={
            <>
              <Button onClick={() => setAsked(null)}>{t('cancel')}</Button>
              <Button
                kind="primary"
                busy={claim.isPending}
                onClick={() => claim.mutate({ customer: asked.customer, confirm: asked.keys.join() })}
              >
                {t('pool.anyway')}
              </Button>
            </>
          }
        >
          <p>{asked.message}</p>
        </Dialog>
      )}
      {looking && (
        <PoolSheetDialog
          customer={looking}
          onClose={() => {
            setLooking(null);
            void client.invalidateQueries({ queryKey: poolKey });
          }}
          onClaim={() => {
            claim.mutate({ customer: looking });
            setLooking(null);
          }}
        />
      )}
      {trying && <Trial onClose={() => setTrying(false)} />}
    </div>
  );
}

/** What the rules would take back now. */
function Trial({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('trust');
  const trial = useInfiniteQuery({
    queryKey: [...poolKey, 'try'],
    queryFn: () => post<PoolTrial>('/pools:try', {}),
    initialPageParam: '',
    getNextPageParam: () => undefined,
    gcTime: 0,
  });
  const answer = trial.data?.pages[0];
  return (
    <Dialog title={t('pool.try')} onClose={onClose} footer={<Button onClick={onClose}>{t('cancel')}</Button>}>
      {trial.isLoading && <Skeleton lines={3} />}
      {trial.isError && <p role="alert">{sentence(trial.error)}</p>}
      {answer && (
        <div className="trust-undo">
          <p>{t('pool.wouldReturn', { count: answer.count, number: formatDecimal(answer.count) })}</p>
          <ul>
            {answer.some.map((item) => (
              <li key={item.id}>
                {item.name} <span className="meta">{item.owner}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  );
}
