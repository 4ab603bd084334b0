import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord } from '../api/types';
import { formatShort } from '../look/format';
import { Button, Empty, Failure, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { both } from '../records/filter/filter';
import { addressOf, type ListState, useListState, wholeFilter } from '../records/list/listState';
import { type Shown, useShown } from '../records/list/useShown';
import { ViewBar } from '../records/list/ViewBar';
import { openForm } from '../shell/forms';
import { PageBar } from '../shell/PageBar';
import { type Board, type Card, type Column, type Missing, moved } from './board';
import { CloseDialog } from './CloseDialog';
import { DealCard } from './DealCard';
import { GateDialog } from './GateDialog';
import './sales.css';

type Asked = { card: Card; to: string; missing: Missing[] } | { card: Card; closing: 'won' | 'lost' };

/** Open deals by stage: drag a card or move it by ← and →; what is missing for the next stage is shown where it can be mended. */
export default function BoardPage() {
  const { shown, error, retry } = useShown('deals', 'status = open');
  return shown ? <BoardOf {...shown} /> : error ? <Failure message={sentence(error)} onRetry={retry} /> : <Skeleton lines={10} />;
}

function BoardOf(shown: Shown) {
  const { t } = useTranslation('sales');
  const [search, setSearch] = useSearchParams();
  const list = useListState(shown.description, shown.views, shown.otherwise);
  const processes = useQuery({
    queryKey: ['records', 'sales-processes', 'board'],
    queryFn: ({ signal }) =>
      get<{ items: AnyRecord[] }>('/sales-processes', {
        signal,
        query: { filter: 'active = true', sort: '-isDefault,name', fields: 'name,isDefault' },
      }),
  });
  const process = search.get('process') ?? processes.data?.items[0]?.id;
  const failure = processes.error;
  if (failure) return <Failure message={sentence(failure)} onRetry={() => void processes.refetch()} />;
  const onCreate = shown.description.rights.create ? () => openForm({ type: 'deals' }) : undefined;
  return (
    <>
      <PageBar
        title={t('board.title')}
        aside={
          <span className="board-choice">
            {processes.data && processes.data.items.length > 1 && (
              <Select
                label={t('board.process')}
                value={process ?? ''}
                options={processes.data.items.map((item) => ({ value: item.id, label: String(item.name) }))}
                onChange={(value) =>
                  setSearch((before) => {
                    before.set('process', value);
                    return before;
                  })
                }
              />
            )}
            <Link to={addressOf('/deals', list.state)}>{t('board.list')}</Link>
            <Link to={addressOf('/deals/calendar', list.state, { view: list.state.view })}>{t('board.calendar')}</Link>
            <Link to={`/deals/analysis${process ? `?process=${process}` : ''}`}>{t('board.analysis')}</Link>
            {process && <Link to={`/sales-processes/${process}`}>{t('board.process')}</Link>}
          </span>
        }
        actions={
          onCreate && (
            <Button kind="primary" icon="plus" onClick={onCreate}>
              {t('board.create')}
            </Button>
          )
        }
      >
        <ViewBar {...shown} {...list} />
      </PageBar>
      {process ? (
        <Columns
          key={process}
          process={process}
          state={list.state}
          onAll={() => list.open('all')}
          onClear={list.state.filter || list.state.q ? () => list.set({ filter: '', q: '' }) : undefined}
          onCreate={onCreate}
        />
      ) : processes.data ? (
        <Empty icon="group" title={t('board.noProcess')}>
          {t('board.noProcessHelp')}
        </Empty>
      ) : (
        <Skeleton lines={10} />
      )}
    </>
  );
}

interface ColumnsProps {
  process: string;
  state: ListState;
  onAll: () => void;
  /** Missing where nothing narrows the board. */
  onClear?: () => void;
  /** Missing where one may not create deals. */
  onCreate?: () => void;
}

function Columns({ process, state, onAll, onClear, onCreate }: ColumnsProps) {
  const { t } = useTranslation('sales');
  const { me } = useSession();
  const client = useQueryClient();
  const { q } = state;
  const filter = wholeFilter(state);
  const mine = state.view === 'mine';
  const queryKey = useMemo(() => ['records', 'deals', 'board', process, filter, q], [process, filter, q]);
  const board = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      get<Board>('/deals:board', { signal, query: { process, filter: filter || undefined, q: q || undefined } }),
    placeholderData: keepPreviousData,
  });
  const [asked, setAsked] = useState<Asked | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const now = Date.now();

  async function act(card: Card, path: string, body: unknown, done: string): Promise<boolean> {
    try {
      await post(`/deals/${card.id}:${path}`, body);
      toast(
        path === 'move'
          ? { text: done, undo: () => void act(card, 'undo-move', {}, t('board.undone')) }
          : { text: done },
      );
      return true;
    } catch (error) {
      if (error instanceof Problem && error.body.rule === 'stage-gate')
        setAsked({ card, to: (body as { stage?: string }).stage ?? 'won', missing: error.body.missing as Missing[] });
      else toast({ kind: 'error', text: sentence(error) });
      return false;
    } finally {
      void client.invalidateQueries({ queryKey: keys.records('deals') });
    }
  }

  async function move(card: Card, to: string) {
    const before = board.data;
    const from = before?.columns.find((column) => column.deals.some((deal) => deal.id === card.id));
    if (!before || !from || from.stage === to) return;
    client.setQueryData(queryKey, moved(before, card.id, to));
    const name = before.columns.find((column) => column.stage === to)?.name ?? to;
    if (!(await act(card, 'move', { stage: to }, t('board.moved', { name: card.name, stage: name }))))
      client.setQueryData(queryKey, before);
  }

  if (board.error) return <Failure message={sentence(board.error)} onRetry={() => void board.refetch()} />;
  if (!board.data) return <Skeleton lines={10} />;
  const { columns } = board.data;

  if (columns.every(({ count }) => count === 0))
    return (
      <Empty
        icon="deal"
        title={t(onClear ? 'board.noneSo' : mine ? 'board.noneMine' : 'board.none')}
        action={
          <>
            {onClear && <Button onClick={onClear}>{t('board.clear')}</Button>}
            {mine && <Button onClick={onAll}>{t('board.all')}</Button>}
            {onCreate && (
              <Button kind="primary" icon="plus" onClick={onCreate}>
                {t('board.create')}
              </Button>
            )}
          </>
        }
      >
        {t(onCreate ? 'board.noneHelp' : 'board.noneReader')}
      </Empty>
    );

  function step(column: Column, card: Card, by: -1 | 1) {
    const next = columns[columns.indexOf(column) + by];
    if (next) void move(card, next.stage);
    else if (by === 1) setAsked({ card, closing: 'won' });
  }

  return (
    <div className="board" role="list" aria-label={t('board.title')}>
      {columns.map((column) => (
        <section
          key={column.stage}
          role="listitem"
          className={`board-column ${over === column.stage ? 'board-over' : ''}`}
          aria-label={column.name}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(column.stage);
          }}
          onDragLeave={() => setOver((current) => (current === column.stage ? null : current))}
          onDrop={(event) => {
            event.preventDefault();
            setOver(null);
            const id = event.dataTransfer.getData('text/plain');
            const card = columns.flatMap(({ deals }) => deals).find((deal) => deal.id === id);
            if (card) void move(card, column.stage);
          }}
        >
          <header title={column.guidance ?? undefined}>
            <h2>
              <span className="ellipsis">{column.name}</span>
              <span className="meta">{column.count}</span>
            </h2>
            <p className="meta">
              {t('board.sums', {
                sum: formatShort(column.sum),
                weighted: formatShort(column.weighted),
                currency: me.company.currency,
              })}
              {column.expectedDays > 0 && ` · ${t('board.limit', { count: column.expectedDays })}`}
            </p>
          </header>
          {column.deals.map((card) => (
            <DealCard
              key={card.id}
              card={card}
              column={column}
              now={now}
              onStep={(by) => step(column, card, by)}
              onClose={(closing) => setAsked({ card, closing })}
            />
          ))}
          {column.count === 0 && <p className="board-empty meta">{t('board.empty')}</p>}
          {column.count > column.deals.length && (
            <Link
              className="board-more"
              to={addressOf('/deals', state, { filter: both(`status = open AND process = "${process}" AND stage = "${column.stage}"`, state.filter) })}
            >
              {t('board.more', { count: column.count - column.deals.length })}
            </Link>
          )}
        </section>
      ))}
      {asked && 'missing' in asked && (
        <GateDialog
          deal={asked.card}
          missing={asked.missing}
          onRetry={() => {
            setAsked(null);
            if (asked.to === 'won') setAsked({ card: asked.card, closing: 'won' });
            else void move(asked.card, asked.to);
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked && 'closing' in asked && (
        <CloseDialog
          deal={asked.card}
          outcome={asked.closing}
          onSubmit={async (body) => {
            const { card, closing } = asked;
            setAsked(null);
            await act(card, closing === 'won' ? 'win' : 'lose', body, t(`close.done.${closing}`, { name: card.name }));
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}
