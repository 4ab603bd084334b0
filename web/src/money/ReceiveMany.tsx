import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import type { Money, Reference } from '../api/types';
import { Dialog } from '../look/Dialog';
import { formatMoney } from '../look/format';
import { Button, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { choiceLabel } from '../records/fields/FieldValue';
import './money.css';
import { byCustomer, openIn } from './money';
import { Refused } from './ReceiveDialog';
import { useReceiving } from './useReceiving';

interface Open {
  customer: Reference;
  openAmount: Money;
}

/** The ticked instalments or invoices are paid in full: a receipt for each customer. */
export default function ReceiveMany({
  type,
  ids,
  onClose,
  onDone,
}: {
  type: string;
  ids: string[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation('money');
  const methods = useRecordType('receipts').data?.fields.find(({ name }) => name === 'method')?.choices ?? [];
  const [receivedOn, setDay] = useState(() => new Date().toLocaleDateString('sv'));
  const [method, setMethod] = useState('transfer');
  const [bankReference, setReference] = useState('');
  const open = useQuery({
    queryKey: ['money', 'many', type, ids],
    queryFn: async ({ signal }) => {
      const pages = Array.from({ length: Math.ceil(ids.length / 100) }, (_, page) =>
        ids.slice(page * 100, (page + 1) * 100),
      );
      const answers = await Promise.all(
        pages.map((some) =>
          get<{ items: Open[] }>(`/${type}`, {
            signal,
            query: {
              filter: `id in (${some.map((id) => `"${id}"`).join(', ')}) AND openAmount > 0`,
              fields: 'customer,openAmount',
              limit: 100,
            },
          }),
        ),
      );
      return answers.flatMap(({ items }) => items);
    },
    retry: false,
  });
  const customers = byCustomer(open.data ?? []);
  const { receive, warning, refused, changed, busy } = useReceiving<{
    settled: number;
    receipts: unknown[];
    skipped: string[];
  }>(
    '/receipts:receive-many',
    ({ settled, receipts, skipped }) =>
      t(skipped.length ? 'many.some' : 'many.done', { settled, receipts: receipts.length }),
    onDone,
  );
  const body = {
    [type === 'invoices' ? 'invoices' : 'plans']: ids,
    receivedOn,
    method,
    ...(bankReference && { bankReference }),
  };
  return (
    <Dialog
      title={t('many.title', { number: ids.length })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={open.data?.length === 0} onClick={() => void receive(body)}>
            {t(warning ? 'receive.again' : 'many.submit')}
          </Button>
        </>
      }
    >
      <p className="meta">{t('many.help')}</p>
      {open.error && <Failure message={sentence(open.error)} onRetry={() => void open.refetch()} />}
      {!open.data && !open.error && <Skeleton lines={3} />}
      {open.data?.length === 0 && <p className="money-bad">{t('many.nothing')}</p>}
      {customers.length > 0 && (
        <>
          <p>
            {t('many.sum', {
              count: customers.length,
              items: open.data!.length,
              sum: openIn(open.data!).map(formatMoney).join(' + '),
            })}
          </p>
          <ul className="money-many">
            {customers.map(({ customer, sums }) => (
              <li key={customer.id}>
                <span className="ellipsis">{customer.name}</span>
                <span>{sums.map(formatMoney).join(' + ')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="money-form">
        <Labelled label={t('receive.day')} htmlFor="many-day" error={refused.receivedOn}>
          <TextInput
            id="many-day"
            type="date"
            value={receivedOn}
            aria-invalid={Boolean(refused.receivedOn)}
            aria-describedby="many-day-error"
            onChange={(event) => {
              setDay(event.target.value);
              changed();
            }}
          />
        </Labelled>
        <Labelled label={t('receive.method')} htmlFor="many-method">
          <Select
            id="many-method"
            label={t('receive.method')}
            value={method}
            options={methods.map(({ value }) => ({ value, label: choiceLabel(methods, value) }))}
            onChange={setMethod}
          />
        </Labelled>
        <Labelled label={t('receive.reference')} htmlFor="many-reference">
          <TextInput
            id="many-reference"
            value={bankReference}
            maxLength={100}
            onChange={(event) => setReference(event.target.value)}
          />
        </Labelled>
      </div>
      <Refused words={refused} shown={['receivedOn']} />
      {warning && <p className="money-bad">{warning}</p>}
    </Dialog>
  );
}
