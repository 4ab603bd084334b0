import { keepPreviousData, useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { get, patch } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import type { AnyRecord, ListPage, Money } from '../api/types';
import { labelOf } from '../language';
import { formatMoney, formatRelative, isReference } from '../look/format';
import { Avatar, Button, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { both } from '../records/filter/filter';
import { addressOf, useListState, wholeFilter } from '../records/list/listState';
import { type Shown, useShown } from '../records/list/useShown';
import { ViewBar } from '../records/list/ViewBar';
import { openForm } from '../shell/forms';
import { PageBar } from '../shell/PageBar';
import '../sales/sales.css';

/** A lead moves by hand among these; what converted or was turned away is over and stays where it is. */
const states = ['new', 'working', 'qualified'] as const;
const fields = 'name,company,state,stateSince,amount,respondBy,respondedAt,owner,source';

/** Leads as columns of their state, those first that wait longest for an answer. */
export default function LeadsBoard() {
  const { shown, error, retry } = useShown('leads', '(state = new OR state = working OR state = qualified)');
  return shown ? <BoardOf {...shown} /> : error ? <Failure message={sentence(error)} onRetry={retry} /> : <Skeleton lines={10} />;
}

function BoardOf(shown: Shown) {
  const { t } = useTranslation('leads');
  const client = useQueryClient();
  const navigate = useNavigate();
  const list = useListState(shown.description, shown.views, shown.otherwise);
  const [over, setOver] = useState<string | null>(null);
  const leads = shown.description;
  const sources = leads.fields.find(({ name }) => name === 'source')?.choices ?? [];
  const choices = leads.fields.find(({ name }) => name === 'state')?.choices ?? [];
  const filter = wholeFilter(list.state);
  const { q } = list.state;
  const columns = useQueries({
    queries: states.map((state) => ({
      queryKey: [...keys.records('leads'), 'board', state, filter, q],
      queryFn: ({ signal }: { signal: AbortSignal }) => get<ListPage>('/leads', { signal, query: { filter: both(`state = ${state}`, filter), q: q || undefined, sort: 'respondBy', fields, limit: 20, count: true } }),
      placeholderData: keepPreviousData,
    })),
  });
  const failed = columns.find(({ error }) => error)?.error;
  const move = async (lead: AnyRecord, to: string) => {
    if (lead.state === to) return;
    try {
      await patch(`/leads/${lead.id}`, { state: to });
      toast({ text: t('board.moved', { name: String(lead.name), state: labelOf(choices.find(({ value }) => value === to)?.labels, to) }), undo: () => void move({ ...lead, state: to }, String(lead.state)) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    void client.invalidateQueries({ queryKey: keys.records('leads') });
  };
  const step = (lead: AnyRecord, by: number) => {
    const next = states.indexOf(lead.state as (typeof states)[number]) + by;
    if (next === states.length) void navigate(`/leads/${lead.id}`);
    else if (next >= 0) void move(lead, states[next]!);
  };
  return (
    <>
      <PageBar
        title={t('board.title')}
        aside={
          <span className="board-choice">
            <Link to={addressOf('/leads', list.state)}>{t('board.list')}</Link>
          </span>
        }
        actions={
          leads.rights.create && (
            <Button kind="primary" icon="plus" onClick={() => openForm({ type: 'leads' })}>
              {t('board.create')}
            </Button>
          )
        }
      >
        <ViewBar {...shown} {...list} />
      </PageBar>
      {failed ? (
        <Failure message={sentence(failed)} onRetry={() => columns.forEach((column) => void column.refetch())} />
      ) : (
        <div className="board" role="list" aria-label={t('board.title')}>
          {states.map((state, at) => {
            const page = columns[at]?.data;
            const items = page?.items ?? [];
            const count = page?.count?.value ?? items.length;
            const name = labelOf(choices.find(({ value }) => value === state)?.labels, state);
            return (
              <section
                key={state}
                role="listitem"
                aria-label={name}
                className={`board-column ${over === state ? 'board-over' : ''}`}
                onDragOver={(event) => (event.preventDefault(), setOver(state))}
                onDragLeave={() => setOver((current) => (current === state ? null : current))}
                onDrop={(event) => {
                  event.preventDefault();
                  setOver(null);
                  const id = event.dataTransfer.getData('text/plain');
                  const lead = columns.flatMap((column) => column.data?.items ?? []).find((item) => item.id === id);
                  if (lead) void move(lead, state);
                }}
              >
                <header>
                  <h2>
                    <span className="ellipsis">{name}</span>
                    <span className="meta">{page ? count : ''}</span>
                  </h2>
                </header>
                {items.map((lead) => (
                  <LeadCard key={lead.id} lead={lead} source={labelOf(sources.find(({ value }) => value === lead.source)?.labels)} onStep={(by) => step(lead, by)} />
                ))}
                {page && items.length === 0 && <p className="board-empty meta">{t('board.empty')}</p>}
                {count > items.length && (
                  <Link className="board-more" to={addressOf('/leads', list.state, { filter: both(`state = ${state}`, list.state.filter) })}>
                    {t('board.more', { count: count - items.length })}
                  </Link>
                )}
              </section>
            );
          })}
        </div>
      )}
    </>
  );
}

function LeadCard({ lead, source, onStep }: { lead: AnyRecord; source: string; onStep: (by: -1 | 1) => void }) {
  const { t } = useTranslation('leads');
  const late = !lead.respondedAt && typeof lead.respondBy === 'string' && Date.parse(lead.respondBy) < Date.now();
  return (
    <article className={`deal-card ${late ? 'deal-stalled' : ''}`} draggable onDragStart={(event) => event.dataTransfer.setData('text/plain', lead.id)}>
      <Link
        to={`/leads/${lead.id}`}
        className="deal-name"
        draggable={false}
        aria-keyshortcuts="ArrowLeft ArrowRight"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
          event.preventDefault();
          onStep(event.key === 'ArrowRight' ? 1 : -1);
        }}
      >
        {String(lead.name)}
      </Link>
      <p className="meta ellipsis">{lead.company && lead.company !== lead.name ? String(lead.company) : source || '\u00a0'}</p>
      <footer className="meta">
        <span className={late ? 'deal-days-late ellipsis' : 'ellipsis'}>
          {lead.respondedAt ? t('board.answered') : lead.respondBy ? t(late ? 'board.late' : 'board.due', { when: formatRelative(String(lead.respondBy)) }) : ''}
        </span>
        <span className="deal-days">{lead.amount ? formatMoney(lead.amount as unknown as Money) : ''}</span>
        {isReference(lead.owner) && <Avatar name={lead.owner.name} size={20} />}
      </footer>
    </article>
  );
}
