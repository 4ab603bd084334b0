import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Composer, useMayWrite } from '../activities/Composer';
import { get, newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys, useRecord, useRecordType } from '../api/queries';
import type { AnyRecord, RecordType, Reference } from '../api/types';
import { formatInstant, formatMoney } from '../look/format';
import { Button, Chip, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { Related } from '../money/Related';
import { FieldList } from '../records/page/FieldList';
import { Files, type FileEntry } from '../records/page/Files';
import { PageColumns } from '../records/page/PageColumns';
import { PageFailure } from '../records/page/RecordPage';
import { RecordActions } from '../records/page/RecordActions';
import { History } from '../records/history/History';
import { openForm } from '../shell/forms';
import { PageBar } from '../shell/PageBar';
import type { Gate, Missing } from './board';
import { CloseDialog } from './CloseDialog';
import { DealPeople } from './DealPeople';
import { GateDialog, GateList } from './GateDialog';
import { ScorePanel } from './ScorePanel';
import './sales.css';

/** Shown by the stage panel, or of no use to a reader. */
const elsewhere = ['stage', 'stageName', 'stageSince', 'edition', 'status', 'closeReason', 'lostTo'];

/** A deal: where it stands, what the next stage asks for, what it is made of. */
export default function DealPage({ id }: { type: string; id: string }) {
  const recordType = useRecordType('deals');
  const record = useRecord('deals', id);
  const failure = recordType.error ?? record.error;
  if (failure)
    return (
      <PageFailure
        type="deals"
        failure={failure}
        onRetry={() => void Promise.all([recordType.refetch(), record.refetch()])}
      />
    );
  if (!recordType.data || !record.data) return <Skeleton lines={10} />;
  return <Loaded recordType={recordType.data} deal={record.data} />;
}

function Loaded({ recordType, deal }: { recordType: RecordType; deal: AnyRecord }) {
  const { t } = useTranslation('sales');
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const mayOrder = useRecordType('orders').data?.rights.create ?? false;
  const [missing, setMissing] = useState<{ to: string; items: Missing[] } | null>(null);
  const [closing, setClosing] = useState<'won' | 'lost' | null>(null);
  const title = String(deal.name);
  const open = deal.status === 'open';
  const customer = deal.customer as Reference | undefined;
  const refresh = () => void client.invalidateQueries({ queryKey: keys.records('deals') });
  const gate = useQuery({
    queryKey: [...keys.record('deals', deal.id), 'gate', deal.version],
    queryFn: ({ signal }) => get<Gate>(`/deals/${deal.id}/gate`, { signal }),
    enabled: open,
  });

  async function act(path: string, body: unknown, done: string) {
    try {
      await post(`/deals/${deal.id}:${path}`, body);
      setClosing(null);
      toast(
        path === 'move'
          ? { text: done, undo: () => void act('undo-move', {}, t('board.undone')) }
          : { text: done },
      );
    } catch (error) {
      setClosing(null);
      if (error instanceof Problem && error.body.rule === 'stage-gate')
        setMissing({ to: (body as { stage?: string }).stage ?? 'won', items: error.body.missing as Missing[] });
      else toast({ kind: 'error', text: sentence(error) });
    } finally {
      refresh();
    }
  }

  const move = (stage: string) =>
    act(
      'move',
      { stage },
      t('board.moved', { name: title, stage: gate.data?.stages.find(({ key }) => key === stage)?.name }),
    );

  return (
    <div className="record-page">
      <PageBar
        title={<span className="ellipsis">{title}</span>}
        documentTitle={title}
        aside={
          <span className="meta ellipsis">
            <Link to="/deals/board">{t('board.title')}</Link>
            {customer && (
              <>
                {' · '}
                <Link to={`/customers/${customer.id}`}>{customer.name}</Link>
              </>
            )}
          </span>
        }
        actions={<RecordActions recordType={recordType} record={deal} onChanged={refresh} />}
      />
      <PageColumns
        left={<FieldList recordType={recordType} record={deal} without={elsewhere} />}
        middle={
          <>
            {open && <ScorePanel id={deal.id} version={Number(deal.version)} />}
            {open ? (
              <section className="panel deal-stage" aria-label={t('deal.stage')}>
                {gate.data ? (
                  <>
                    <ol className="stage-path" ref={toCurrent}>
                      {gate.data.stages.map((stage) => (
                        <li key={stage.key} aria-current={stage.key === deal.stage ? 'step' : undefined}>
                          <button
                            type="button"
                            disabled={stage.key === deal.stage}
                            onClick={() => void move(stage.key)}
                          >
                            {stage.name}
                          </button>
                        </li>
                      ))}
                    </ol>
                    {gate.data.guidance && <p className="stage-guidance">{gate.data.guidance}</p>}
                    {gate.data.items.length > 0 && (
                      <>
                        <h3>{t('deal.next')}</h3>
                        <GateList deal={deal} items={gate.data.items} />
                      </>
                    )}
                    <p className="stage-actions">
                      {gate.data.to !== 'won' && (
                        <Button kind="primary" icon="right" onClick={() => void move(gate.data.to)}>
                          {t('deal.forward', { stage: gate.data.stages.find(({ key }) => key === gate.data.to)?.name })}
                        </Button>
                      )}
                      <Button icon="check" onClick={() => setClosing('won')}>
                        {t('card.win')}
                      </Button>
                      <Button icon="close" onClick={() => setClosing('lost')}>
                        {t('card.lose')}
                      </Button>
                    </p>
                  </>
                ) : (
                  <Skeleton lines={4} />
                )}
              </section>
            ) : (
              <section className="panel deal-stage" aria-label={t('deal.stage')}>
                <p>
                  <Chip color={deal.status === 'won' ? 'green' : 'red'}>{t(`deal.${String(deal.status)}`)}</Chip>{' '}
                  {deal.closeReason ? String(deal.closeReason) : null}
                  {deal.lostTo ? ` · ${t('deal.lostTo', { who: String(deal.lostTo) })}` : null}
                </p>
                <p className="stage-actions">
                  {deal.status === 'won' && mayOrder && <OrderOf deal={deal} onMade={refresh} />}
                  <Button icon="undo" onClick={() => void act('reopen', {}, t('deal.reopened'))}>
                    {t('deal.reopen')}
                  </Button>
                </p>
              </section>
            )}
            {mayWrite && (
              <Composer
                about={{ type: 'deals', id: deal.id, name: title }}
                fixed={{ deal: deal.id, ...(customer && { customer: customer.id }) }}
                onSaved={refresh}
              />
            )}
            <History recordType={recordType} id={deal.id} canRestore={recordType.rights.edit} />
          </>
        }
        right={
          <>
            <Lines deal={deal} open={open} />
            <DealPeople deal={deal} />
            <Related
              type="gate-exceptions"
              filter={`deal = "${deal.id}"`}
              fields={['label', 'status', 'reason', 'decidedBy']}
              sort="-createdAt"
            />
            <Stays deal={deal} />
            <DealFiles deal={deal} editable={recordType.rights.edit} />
          </>
        }
      />
      {missing && (
        <GateDialog
          deal={deal}
          missing={missing.items}
          onRetry={() => {
            const { to } = missing;
            setMissing(null);
            if (to === 'won') setClosing('won');
            else void move(to);
          }}
          onClose={() => setMissing(null)}
        />
      )}
      {closing && (
        <CloseDialog
          deal={deal}
          outcome={closing}
          onSubmit={(body) =>
            act(closing === 'won' ? 'win' : 'lose', body, t(`close.done.${closing}`, { name: title }))
          }
          onClose={() => setClosing(null)}
        />
      )}
    </div>
  );
}

/** The order of a won deal: a link to it, or the button that makes it. */
function OrderOf({ deal, onMade }: { deal: AnyRecord; onMade: () => void }) {
  const { t } = useTranslation('sales');
  const navigate = useNavigate();
  const made = useQuery({
    queryKey: [...keys.records('orders'), 'deal', deal.id],
    queryFn: ({ signal }) =>
      get<{ items: AnyRecord[] }>('/orders', {
        signal,
        query: { filter: `deal = "${deal.id}" AND status != cancelled`, fields: 'number', limit: 1 },
      }),
  });
  const [order] = made.data?.items ?? [];
  if (!made.data) return null;
  if (order)
    return (
      <Link to={`/orders/${order.id}`} className="deal-order">
        {t('deal.ordered', { number: String(order.number) })}
      </Link>
    );
  return (
    <Button
      kind="primary"
      onClick={() =>
        void post<AnyRecord>(`/deals/${deal.id}:order`, {}, { idempotencyKey: newKey() }).then(
          (record) => {
            onMade();
            void navigate(`/orders/${record.id}`);
          },
          (error: unknown) => toast({ kind: 'error', text: sentence(error) }),
        )
      }
    >
      {t('deal.order')}
    </Button>
  );
}

interface Line extends AnyRecord {
  description: string;
  quantity: number;
  unitPrice: { amount: string; currency: string };
  discount?: number;
  total: { amount: string; currency: string };
}

function Lines({ deal, open }: { deal: AnyRecord; open: boolean }) {
  const { t } = useTranslation('sales');
  const lines = useQuery({
    queryKey: [...keys.record('deals', deal.id), 'lines', deal.version],
    queryFn: ({ signal }) =>
      get<{ items: Line[] }>('/deal-lines', {
        signal,
        query: { filter: `deal = "${deal.id}"`, sort: 'position,createdAt', limit: 200 },
      }),
  });
  return (
    <section className="panel" aria-label={t('lines.title')}>
      <h2>{t('lines.title')}</h2>
      {lines.data?.items.map((line) => (
        <p key={line.id} className="deal-line">
          <button type="button" className="link" onClick={() => openForm({ type: 'deal-lines', id: line.id })}>
            {line.description}
          </button>
          <span className="meta">
            {line.quantity} × {formatMoney(line.unitPrice)}
            {line.discount ? ` − ${line.discount}%` : ''}
          </span>
          <span>{formatMoney(line.total)}</span>
        </p>
      ))}
      {lines.data?.items.length === 0 && <p className="meta">{t('lines.none')}</p>}
      {open && (
        <Button
          icon="plus"
          onClick={() => openForm({ type: 'deal-lines', initial: { deal: { id: deal.id, name: String(deal.name) } } })}
        >
          {t('lines.add')}
        </Button>
      )}
    </section>
  );
}

function Stays({ deal }: { deal: AnyRecord }) {
  const { t } = useTranslation('sales');
  const stays = useQuery({
    queryKey: [...keys.record('deals', deal.id), 'stays', deal.version],
    queryFn: ({ signal }) =>
      get<{ items: { name: string; enteredAt: string; leftAt: string | null; by: string | null }[] }>(
        `/deals/${deal.id}/stays`,
        { signal },
      ),
  });
  return (
    <section className="panel" aria-label={t('stays.title')}>
      <h2>{t('stays.title')}</h2>
      <ol className="deal-stays">
        {stays.data?.items.map((stay) => (
          <li key={stay.enteredAt}>
            <span>{stay.name}</span>
            <span className="meta">
              {formatInstant(stay.enteredAt)}
              {stay.by ? ` · ${stay.by}` : ''}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function DealFiles({
  deal,
  editable,
  type = 'deals',
}: {
  deal: AnyRecord;
  editable: boolean;
  type?: string;
}) {
  const { t } = useTranslation('record');
  const files = useQuery({
    queryKey: [...keys.record(type, deal.id), 'files'],
    queryFn: async ({ signal }) => {
      const answer = await get<FileEntry[] | { items: FileEntry[] }>(`/${type}/${deal.id}/files`, { signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
    retry: false,
  });
  return files.data ? (
    <section className="panel" aria-label={t('files.title')}>
      <h2>{t('files.title')}</h2>
      <Files type={type} id={deal.id} files={files.data} editable={editable} />
    </section>
  ) : null;
}

/** Brings the stage a deal is in into sight where the path is wider than the page. */
function toCurrent(path: HTMLOListElement | null) {
  const current = path?.querySelector<HTMLElement>('[aria-current]');
  if (path && current) path.scrollLeft = current.offsetLeft - 40;
}
