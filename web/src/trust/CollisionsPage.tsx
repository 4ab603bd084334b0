import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get, newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import type { Reference } from '../api/types';
import { Dialog } from '../look/Dialog';
import { formatDate, formatDecimal, formatRelative } from '../look/format';
import { Button, Chip, Empty, Failure, Labelled, Segmented, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { PageBar } from '../shell/PageBar';
import './trust.css';

interface Side {
  person: Reference | null;
  customer?: Reference;
  since?: string | null;
  contacts: number;
  lastContact: string | null;
  openDeals: number;
  wonDeals: number;
  lastDeal: string | null;
  lastQuote?: string | null;
  lastOrder: string | null;
}

interface Request {
  id: string;
  label: string;
  kind: 'cooperate' | 'transfer' | 'arbitrate';
  status: 'open' | 'agreed' | 'refused' | 'withdrawn';
  outcome: 'stays' | 'shared' | 'moved' | null;
  reason: string;
  answer: string | null;
  requester: Reference | null;
  holder: Reference | null;
  decidedBy: Reference | null;
  at: string;
  decides: boolean;
  mine: boolean;
  customer?: Reference;
  sides?: Side[];
}

const boxes = ['todo', 'mine', 'done'] as const;
const colors = { open: 'blue', agreed: 'green', refused: 'red', withdrawn: 'grey' } as const;
const key = ['collisions'];

/** Two sellers want one customer: what waits for one's word, what one asked for, what was decided. */
export default function CollisionsPage() {
  const { t } = useTranslation('trust');
  const client = useQueryClient();
  const [where, setWhere] = useSearchParams();
  const box = boxes.find((name) => name === where.get('box')) ?? 'todo';
  const [deciding, setDeciding] = useState<Request | null>(null);
  const list = useInfiniteQuery({
    queryKey: [...key, box],
    queryFn: ({ pageParam, signal }) => get<{ items: Request[]; next: string | null }>('/collisions', { signal, query: { box, cursor: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  const withdraw = async (request: Request) => {
    try {
      await post(`/collisions/${request.id}:withdraw`, {}, { idempotencyKey: newKey() });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    void client.invalidateQueries({ queryKey: key });
  };
  return (
    <>
      <PageBar title={t('collision.title')}>
        <div className="trust-tools">
          <Segmented
            label={t('collision.title')}
            value={box}
            options={boxes.map((value) => ({ value, label: t(`collision.${value}`) }))}
            onChange={(next) => setWhere({ box: next }, { replace: true })}
          />
        </div>
      </PageBar>
      {list.isLoading && <Skeleton lines={6} />}
      {list.isError && <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <Empty icon="pool" title={t('collision.empty')}>
          {t('collision.emptyHint')}
        </Empty>
      )}
      {items.length > 0 && (
        <div className="trust-alone">
          <ul className="pool-list">
            {items.map((item) => (
              <li key={item.id} className="pool-row">
                <div className="pool-names">
                  {item.customer ? <Link to={`/customers/${item.customer.id}`}>{item.customer.name}</Link> : <strong className="ellipsis">{item.label}</strong>}
                  <Chip color={colors[item.status]}>{t(`collision.${item.status}`)}</Chip>
                  <span className="meta">
                    {t(`collision.says.${item.kind}`, { who: item.requester?.name ?? '', whom: item.holder?.name ?? '' })} · {formatRelative(item.at)}
                  </span>
                </div>
                <div className="meta">
                  {[item.reason, item.outcome && t(`collision.${item.outcome}`), item.decidedBy?.name, item.answer].filter(Boolean).join(' · ')}
                </div>
                {item.decides && (
                  <Button kind="primary" onClick={() => setDeciding(item)}>
                    {t('collision.decide')}
                  </Button>
                )}
                {item.mine && item.status === 'open' && <Button onClick={() => void withdraw(item)}>{t('collision.withdraw')}</Button>}
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
      {deciding && (
        <Decide
          request={deciding}
          onClose={() => {
            setDeciding(null);
            void client.invalidateQueries({ queryKey: key });
          }}
        />
      )}
    </>
  );
}

function Decide({ request, onClose }: { request: Request; onClose: () => void }) {
  const { t } = useTranslation('trust');
  const [answer, setAnswer] = useState('');
  const [busy, setBusy] = useState(false);
  const one = useQuery({ queryKey: [...key, 'one', request.id], queryFn: ({ signal }) => get<Request>(`/collisions/${request.id}`, { signal }) });
  const decide = async (outcome: string) => {
    setBusy(true);
    try {
      await post(`/collisions/${request.id}:decide`, { outcome, answer: answer.trim() || null }, { idempotencyKey: newKey() });
      toast({ text: t('collision.decided') });
      onClose();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t(`collision.says.${request.kind}`, { who: request.requester?.name ?? '', whom: request.holder?.name ?? '' })}
      onClose={onClose}
      width={640}
      footer={
        <>
          {(['stays', 'shared', 'moved'] as const).map((outcome) => (
            <Button key={outcome} busy={busy} kind={outcome === 'shared' ? 'primary' : undefined} onClick={() => void decide(outcome)}>
              {t(`collision.${outcome}`)}
            </Button>
          ))}
        </>
      }
    >
      <div className="trust-undo">
        <p>{request.reason}</p>
        {one.data?.sides && <Sides sides={one.data.sides} />}
        <Labelled label={t('collision.answer')} htmlFor="collision-answer">
          <TextInput id="collision-answer" maxLength={2000} value={answer} data-autofocus onChange={(event) => setAnswer(event.target.value)} />
        </Labelled>
      </div>
    </Dialog>
  );
}

/** Both histories beside each other, without amounts. */
function Sides({ sides }: { sides: Side[] }) {
  const { t } = useTranslation('trust');
  const day = (at: string | null | undefined) => (at ? formatDate(at.slice(0, 10)) : '—');
  const rows: [string, (side: Side) => string][] = [
    ['customer', (side) => side.customer?.name ?? '—'],
    ['since', (side) => day(side.since)],
    ['contacts', (side) => formatDecimal(side.contacts)],
    ['lastContact', (side) => day(side.lastContact)],
    ['openDeals', (side) => formatDecimal(side.openDeals)],
    ['wonDeals', (side) => formatDecimal(side.wonDeals)],
    ['lastDeal', (side) => day(side.lastDeal)],
    ['lastQuote', (side) => day(side.lastQuote)],
    ['lastOrder', (side) => day(side.lastOrder)],
  ];
  return (
    <div className="trust-sides">
      <table>
        <thead>
          <tr>
            <th />
            {sides.map((side) => (
              <th key={side.person?.id} scope="col">
                {side.person?.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{t(`collision.history.${name}`)}</th>
              {sides.map((side) => (
                <td key={side.person?.id}>{value(side)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
