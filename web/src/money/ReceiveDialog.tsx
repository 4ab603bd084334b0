import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { useRecordType } from '../api/queries';
import type { AnyRecord, Money, Reference } from '../api/types';
import { Dialog } from '../look/Dialog';
import { formatDate, formatMoney } from '../look/format';
import { Button, Labelled, Skeleton, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { choiceLabel } from '../records/fields/FieldValue';
import { leftOf, type OpenItem, share } from './money';
import './money.css';
import { useReceiving } from './useReceiving';

interface ReceiveDialogProps {
  customer: Reference;
  contract?: Reference;
  currency: string;
  onClose: () => void;
}

/** Money has come in: how much, and what it is for. What is not allocated stays as the customer's credit. */
export function ReceiveDialog({ customer, contract, currency: home, onClose }: ReceiveDialogProps) {
  const { t } = useTranslation('money');
  const methods = useRecordType('receipts').data?.fields.find(({ name }) => name === 'method')?.choices ?? [];
  const [amount, setAmount] = useState('');
  const [currency, setCurrency] = useState(home);
  const [day, setDay] = useState(() => new Date().toLocaleDateString('sv'));
  const [method, setMethod] = useState('transfer');
  const [reference, setReference] = useState('');
  const [own, setOwn] = useState<Record<string, string> | null>(null);
  const open = useQuery({
    queryKey: ['money', 'open', customer.id, contract?.id],
    queryFn: async ({ signal }) => {
      const which = `${contract ? `contract = "${contract.id}"` : `customer = "${customer.id}"`} AND openAmount > 0`;
      const list = (type: string, fields: string) =>
        get<{ items: AnyRecord[] }>(`/${type}`, {
          signal,
          query: { filter: which, sort: 'dueOn', fields, limit: 100 },
        });
      const invoices = (await list('invoices', 'number,dueOn,openAmount,contract')).items;
      // An invoice takes its instalment along; instalments are offered where nothing is invoiced.
      const plans = invoices.length ? [] : (await list('payment-plans', 'name,dueOn,openAmount,contract')).items;
      return [
        ...invoices.map((item) => ({ ...item, kind: 'invoice', title: item.number }) as OpenItem),
        ...plans.map((item) => ({ ...item, kind: 'plan', title: item.name }) as OpenItem),
      ];
    },
  });
  const items = useMemo(() => open.data ?? [], [open.data]);
  const parts = own ?? share(amount, currency, items).parts;
  const left = leftOf(amount, parts);
  const valid = Number(amount) > 0 && Number(left) >= 0;

  const { receive, warning, busy } = useReceiving<AnyRecord & { number: string; unallocated: Money }>(
    '/receipts:receive',
    ({ number, unallocated }) => t('receive.done', { number, left: formatMoney(unallocated) }),
    onClose,
  );
  const submit = () => {
    const allocations = items
      .filter(({ id }) => Number(parts[id] ?? 0) > 0)
      .map(({ id, kind }) => ({ [kind]: id, amount: parts[id] }));
    return receive({
      customer: customer.id,
      ...(contract && { contract: contract.id }),
      amount: { amount, currency },
      receivedOn: day,
      method,
      ...(reference && { bankReference: reference }),
      ...(allocations.length ? { allocations } : { oldestFirst: own === null }),
    });
  };

  return (
    <Dialog
      title={t('receive.title', { name: customer.name })}
      width={640}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!valid} onClick={() => void submit()}>
            {warning ? t('receive.again') : t('receive.submit')}
          </Button>
        </>
      }
    >
      <div className="money-form">
        <Labelled label={t('receive.amount')} htmlFor="money-amount">
          <span className="money-amount">
            <TextInput
              id="money-amount"
              inputMode="decimal"
              value={amount}
              onChange={(event) => setAmount(event.target.value.replace(/[,\s]/g, ''))}
              data-autofocus
            />
            <TextInput
              aria-label={t('receive.currency')}
              value={currency}
              maxLength={3}
              onChange={(event) => setCurrency(event.target.value.toUpperCase())}
            />
          </span>
        </Labelled>
        <Labelled label={t('receive.day')} htmlFor="money-day">
          <TextInput id="money-day" type="date" value={day} onChange={(event) => setDay(event.target.value)} />
        </Labelled>
        <Labelled label={t('receive.method')} htmlFor="money-method">
          <Select
            id="money-method"
            label={t('receive.method')}
            value={method}
            options={methods.map(({ value }) => ({ value, label: choiceLabel(methods, value) }))}
            onChange={setMethod}
          />
        </Labelled>
        <Labelled label={t('receive.reference')} htmlFor="money-reference">
          <TextInput
            id="money-reference"
            value={reference}
            maxLength={100}
            onChange={(event) => setReference(event.target.value)}
          />
        </Labelled>
      </div>
      {open.isPending ? (
        <Skeleton lines={3} />
      ) : items.length === 0 ? (
        <p className="meta">{t('receive.nothingOpen')}</p>
      ) : (
        <table className="money-table">
          <thead>
            <tr>
              <th>{t('receive.for')}</th>
              <th>{t('due')}</th>
              <th className="number">{t('open')}</th>
              <th className="number">{t('receive.part')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <td className="ellipsis">{item.title}</td>
                <td>{formatDate(item.dueOn)}</td>
                <td className="number">{formatMoney(item.openAmount)}</td>
                <td className="number">
                  <input
                    className="text-input"
                    inputMode="decimal"
                    aria-label={t('receive.partOf', { title: item.title })}
                    value={parts[item.id] ?? ''}
                    onChange={(event) => setOwn({ ...parts, [item.id]: event.target.value.replace(/[,\s]/g, '') })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={Number(left) < 0 ? 'money-bad' : 'meta'} aria-live="polite">
        {Number(left) < 0
          ? t('receive.tooMuch', { left: formatMoney({ amount: left.slice(1), currency }) })
          : t('receive.left', { left: formatMoney({ amount: left, currency }) })}
      </p>
      {warning && <p className="money-bad">{warning}</p>}
    </Dialog>
  );
}
