import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import type { AnyRecord, Money } from '../api/types';
import { formatDate, formatInstant, formatMoney } from '../look/format';
import { Button, Chip } from '../look/parts';
import { toast } from '../look/toast';
import { choiceLabel } from '../records/fields/FieldValue';
import RecordPage, { type PartProps } from '../records/page/RecordPage';
import { openForm } from '../shell/forms';
import { ReasonDialog } from './ReasonDialog';
import { Related } from './Related';
import './money.css';

interface Line extends AnyRecord {
  description: string;
  quantity: number;
  shipped?: number;
  delivered?: number;
  fulfilment?: string;
  promisedOn?: string;
  total?: Money;
}

/** An order: its lines with how far each has come, what was shipped, and the link for the customer. */
export default function OrderPage({ type, id }: { type: string; id: string }) {
  return <RecordPage type={type} id={id} Middle={Lines} Side={Beside} />;
}

/** Does something on record, asks where a rule warns, and says what a rule forbids. */
async function act(
  path: string,
  body: unknown,
  refresh: () => void,
  key = newKey(),
  confirm?: string,
): Promise<AnyRecord | null> {
  try {
    const answer = await post<AnyRecord>(path, body, { idempotencyKey: key, query: { confirm } });
    refresh();
    return answer;
  } catch (error) {
    if (error instanceof Problem && error.body.confirm?.length && !confirm && window.confirm(sentence(error)))
      return act(path, body, refresh, newKey(), error.body.confirm.join(','));
    toast({ kind: 'error', text: sentence(error) });
    return null;
  }
}

function Lines({ recordType, record, refresh }: PartProps) {
  const { t } = useTranslation('money');
  const described = useRecordType('order-lines').data;
  const [returning, setReturning] = useState(false);
  const [parts, setParts] = useState<Record<string, string>>({});
  const lines = useQuery({
    queryKey: [...keys.records('order-lines'), 'order', record.id, record.version],
    queryFn: ({ signal }) =>
      get<{ items: Line[] }>('/order-lines', {
        signal,
        query: { filter: `order = "${record.id}"`, sort: 'position,createdAt', limit: 200 },
      }),
  });
  const states = described?.fields.find(({ name }) => name === 'fulfilment')?.choices;
  const open = record.kind === 'sale' && (record.status === 'confirmed' || record.status === 'shipped');
  const edit = recordType.rights.edit;
  const unsent = lines.data?.items.some((line) => (line.shipped ?? 0) < line.quantity);
  const chosen = Object.entries(parts)
    .filter(([, quantity]) => Number(quantity) > 0)
    .map(([line, quantity]) => ({ line, quantity }));
  const late =
    record.promisedOn &&
    open &&
    record.status === 'confirmed' &&
    String(record.promisedOn) < new Date().toLocaleDateString('sv');

  async function ship() {
    const body = { ship: true, ...(chosen.length && { lines: chosen }) };
    if (await act(`/orders/${record.id}:deliver`, body, refresh)) {
      setParts({});
      toast({ text: t('order.shipped') });
    }
  }

  return (
    <section className="panel" aria-label={t('order.lines')}>
      <h2>{t('order.lines')}</h2>
      {late && <p className="money-bad">{t('order.late', { day: formatDate(String(record.promisedOn)) })}</p>}
      <div className="money-scroll">
        <table className="money-table">
          <thead>
            <tr>
              <th>{t('order.goods')}</th>
              <th className="number">{t('order.quantity')}</th>
              <th className="number">{t('order.sent')}</th>
              <th className="number">{t('order.arrived')}</th>
              <th className="number">{t('order.total')}</th>
              <th>{t('order.state')}</th>
              {(open || record.status === 'completed') && edit && <th className="number">{t('order.now')}</th>}
            </tr>
          </thead>
          <tbody>
            {lines.data?.items.map((line) => (
              <tr key={line.id}>
                <td>
                  <button type="button" className="link" onClick={() => openForm({ type: 'order-lines', id: line.id })}>
                    {line.description}
                  </button>
                </td>
                <td className="number">{line.quantity}</td>
                <td className="number">{line.shipped ?? 0}</td>
                <td className="number">{line.delivered ?? 0}</td>
                <td className="number">{formatMoney(line.total)}</td>
                <td>
                  <Chip color={states?.find(({ value }) => value === line.fulfilment)?.color ?? 'grey'}>
                    {choiceLabel(states, line.fulfilment ?? 'ordered')}
                  </Chip>
                </td>
                {(open || record.status === 'completed') && edit && (
                  <td className="number">
                    <input
                      className="text-input"
                      inputMode="decimal"
                      aria-label={t('order.nowOf', { goods: line.description })}
                      value={parts[line.id] ?? ''}
                      onChange={(event) => setParts({ ...parts, [line.id]: event.target.value })}
                    />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {edit && (
        <p className="stage-actions">
          {open && unsent && (
            <Button kind="primary" onClick={() => void ship()}>
              {t(chosen.length ? 'order.shipPart' : 'order.shipAll')}
            </Button>
          )}
          {chosen.length > 0 && <Button onClick={() => setReturning(true)}>{t('order.return')}</Button>}
          {record.status !== 'cancelled' && record.status !== 'completed' && (
            <Button
              icon="plus"
              onClick={() =>
                openForm({ type: 'order-lines', initial: { order: { id: record.id, name: String(record.number) } } })
              }
            >
              {t('order.addLine')}
            </Button>
          )}
        </p>
      )}
      {returning && (
        <ReasonDialog
          title={t('order.return')}
          required
          onClose={() => setReturning(false)}
          onSubmit={async (reason) => {
            const made = await act(`/orders/${record.id}:return`, { lines: chosen, reason }, refresh);
            if (!made) return;
            setParts({});
            setReturning(false);
            toast({ text: t('order.returned', { number: String(made.number) }) });
          }}
        />
      )}
    </section>
  );
}

function Beside({ recordType, record, refresh }: PartProps) {
  const { t } = useTranslation('money');
  const [cancelling, setCancelling] = useState<string | null>(null);
  const [link, setLink] = useState<{ path: string; until: string } | null>(null);
  const edit = recordType.rights.edit;

  async function share() {
    const made = await act(`/orders/${record.id}:link`, { days: 30 }, () => undefined);
    if (!made) return;
    setLink(made as unknown as { path: string; until: string });
    await navigator.clipboard?.writeText(location.origin + String(made.path)).then(
      () => toast({ text: t('link.copied') }),
      () => undefined,
    );
  }

  return (
    <>
      <Related
        type="deliveries"
        filter={`order = "${record.id}"`}
        sort="createdAt"
        fields={['number', 'status', 'shippedOn', 'trackingNumber']}
        each={(delivery) =>
          edit && (
            <>
              {delivery.status === 'planned' && (
                <Button onClick={() => void act(`/deliveries/${delivery.id}:ship`, {}, refresh)}>
                  {t('delivery.ship')}
                </Button>
              )}
              {delivery.status === 'shipped' && (
                <Button onClick={() => void act(`/deliveries/${delivery.id}:arrive`, {}, refresh)}>
                  {t('delivery.arrive')}
                </Button>
              )}
              {(delivery.status === 'planned' || delivery.status === 'shipped') && (
                <Button onClick={() => setCancelling(delivery.id)}>{t('delivery.cancel')}</Button>
              )}
            </>
          )
        }
      />
      <Related
        type="orders"
        filter={`returnOf = "${record.id}"`}
        sort="orderedOn"
        fields={['number', 'amount', 'status']}
      />
      {edit && record.kind === 'sale' && (
        <section className="panel" aria-label={t('link.title')}>
          <h2>{t('link.title')}</h2>
          <p className="meta">{t('link.help')}</p>
          {link && (
            <p className="money-link">
              <code>{location.origin + link.path}</code>
              <span className="meta">{t('link.until', { until: formatInstant(link.until) })}</span>
            </p>
          )}
          <p className="stage-actions">
            <Button onClick={() => void share()}>{t('link.make')}</Button>
            <Button
              onClick={() =>
                void act(`/orders/${record.id}:unlink`, {}, () => setLink(null)).then(
                  (done) => done && toast({ text: t('link.ended') }),
                )
              }
            >
              {t('link.end')}
            </Button>
          </p>
        </section>
      )}
      {cancelling && (
        <ReasonDialog
          title={t('delivery.cancel')}
          required
          onClose={() => setCancelling(null)}
          onSubmit={async (reason) => {
            if (await act(`/deliveries/${cancelling}:cancel`, { reason }, refresh)) setCancelling(null);
          }}
        />
      )}
    </>
  );
}
