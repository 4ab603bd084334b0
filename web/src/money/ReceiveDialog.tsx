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
import { amountRefusal, leftOf, type OpenItem, share } from './money';
import { parseAmount } from '../records/fields/money';
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
  const [wrong, wrongPart] = [
    amount && amountRefusal(amount, currency),
    (part = '') => part !== '' && Number(part) !== 0 && amountRefusal(part, currency),
  ];
  const valid = amount !== '' && !wrong && !left.startsWith('-') && !Object.values(parts).some(wrongPart);

  const { receive, warning, refused, changed, busy } = useReceiving<AnyRecord & { number: string; unallocated: Money }>(
    '/receipts:receive',
    ({ number, unallocated }) => t('receive.done', { number, left: formatMoney(unallocated) }),
    onClose,
  );
  const submit = () => {
    const allocations = items
      .map(({ id, kind }) => ({ [kind]: id, amount: parseAmount(parts[id] ?? '') ?? '0' }))
      .filter((item) => Number(item.amount) > 0);
    return receive({
      customer: customer.id,
      ...(contract && { contract: contract.id }),
      amount: { amount: parseAmount(amount), currency },
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
        <Labelled
          label={t('receive.amount')}
          htmlFor="money-amount"
          error={wrong ? t(`amount.${wrong}`) : (refused.amount ?? refused.rate)}
        >
          <span className="money-amount">
            <TextInput
              id="money-amount"
              inputMode="decimal"
              value={amount}
              aria-invalid={Boolean(wrong || refused.amount)}
              aria-describedby="money-amount-error"
              onChange={(event) => {
                setAmount(event.target.value);
                changed();
              }}
              data-autofocus
            />
            <TextInput
              aria-label={t('receive.currency')}
              value={currency}
              maxLength={3}
              onChange={(event) => {
                setCurrency(event.target.value.toUpperCase());
                changed();
              }}
            />
          </span>
        </Labelled>
        <Labelled label={t('receive.day')} htmlFor="money-day" error={refused.receivedOn}>
          <TextInput
            id="money-day"
            type="date"
            value={day}
            aria-invalid={Boolean(refused.receivedOn)}
            aria-describedby="money-day-error"
            onChange={(event) => {
              setDay(event.target.value);
              changed();
            }}
          />
        </Labelled>
        <Labelled label={t('receive.method')} htmlFor="money-method" error={refused.method}>
          <Select
            id="money-method"
            label={t('receive.method')}
            value={method}
            options={methods.map(({ value }) => ({ value, label: choiceLabel(methods, value) }))}
            onChange={setMethod}
          />
        </Labelled>
        <Labelled label={t('receive.reference')} htmlFor="money-reference" error={refused.bankReference}>
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
              <th className="only-wide">{t('due')}</th>
              <th className="number">{t('open')}</th>
              <th className="number">{t('receive.part')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <td className="ellipsis">
                  {item.title}
                  <small className="meta money-due">{formatDate(item.dueOn)}</small>
                </td>
                <td className="only-wide">{formatDate(item.dueOn)}</td>
                <td className="number">{formatMoney(item.openAmount)}</td>
                <td className="number">
                  <input
                    className="text-input"
                    inputMode="decimal"
                    aria-label={t('receive.partOf', { title: item.title })}
                    aria-invalid={Boolean(wrongPart(parts[item.id]))}
                    value={parts[item.id] ?? ''}
                    onChange={(event) => {
                      setOwn({ ...parts, [item.id]: event.target.value });
                      changed();
                    }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!wrong && (
        <p className={left.startsWith('-') ? 'money-bad' : 'meta'} aria-live="polite">
          {left.startsWith('-')
            ? t('receive.tooMuch', { left: formatMoney({ amount: left.slice(1), currency }) })
            : t('receive.left', { left: formatMoney({ amount: left, currency }) })}
        </p>
      )}
      <Refused words={refused} shown={['amount', 'rate', 'receivedOn', 'method', 'bankReference']} />
      {warning && <p className="money-bad">{warning}</p>}
    </Dialog>
  );
}

/** What the server refused of entries that have no field of their own here. */
export function Refused({ words, shown }: { words: Record<string, string>; shown: string[] }) {
  const others = Object.entries(words).filter(([field]) => !shown.includes(field));
  return others.length === 0 ? null : (
    <p className="money-bad" role="alert">
      {others.map(([, sentence]) => sentence).join(' ')}
    </p>
  );
}
