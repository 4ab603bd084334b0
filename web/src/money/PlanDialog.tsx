import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import type { AnyRecord, Money } from '../api/types';
import { Dialog } from '../look/Dialog';
import { formatMoney } from '../look/format';
import { Button, IconButton, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { parseAmount } from '../records/fields/money';
import { amountRefusal, leftOf } from './money';
import './money.css';

interface Row {
  key: string;
  id?: string;
  name: string;
  dueOn: string;
  amount: string;
}

interface PlanDialogProps {
  contract: AnyRecord;
  amount: Money;
  onClose: () => void;
  onSaved: () => void;
}

/** The payment plan as a whole: it is saved when it adds up to the contract. */
export function PlanDialog({ contract, amount, onClose, onSaved }: PlanDialogProps) {
  const { t } = useTranslation('money');
  const [own, setOwn] = useState<Row[] | null>(null);
  const [busy, setBusy] = useState(false);
  const plan = useQuery({
    queryKey: ['money', 'plan', contract.id],
    queryFn: async ({ signal }) =>
      (
        await get<{ items: AnyRecord[] }>('/payment-plans', {
          signal,
          query: { filter: `contract = "${contract.id}"`, sort: 'number', fields: 'name,dueOn,amount', limit: 120 },
        })
      ).items.map((item) => ({
        key: item.id,
        id: item.id,
        name: String(item.name),
        dueOn: String(item.dueOn),
        amount: (item.amount as Money).amount,
      })),
    staleTime: 0,
  });
  if (!plan.data) return null;
  const today = new Date().toLocaleDateString('sv');
  const fresh = (rows: Row[]): Row => ({
    key: newKey(),
    name: t('plan.part', { number: rows.length + 1 }),
    dueOn: today,
    amount: '',
  });
  const rows = own ?? (plan.data.length ? plan.data : [{ ...fresh([]), amount: amount.amount }]);
  const left = leftOf(amount.amount, Object.fromEntries(rows.map((row) => [row.key, row.amount])));
  const wrong = rows.map((row) => row.amount && amountRefusal(row.amount, amount.currency)).find(Boolean);
  const change = (key: string, values: Partial<Row>) =>
    setOwn(rows.map((row) => (row.key === key ? { ...row, ...values } : row)));

  async function save() {
    setBusy(true);
    try {
      await post(`/contracts/${contract.id}:plan`, {
        items: rows.map(({ id, name, dueOn, amount: part }) => ({
          ...(id && { id }),
          name,
          dueOn,
          amount: parseAmount(part),
        })),
      });
      toast({ text: t('plan.saved') });
      onSaved();
      onClose();
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t('plan.title', { amount: formatMoney(amount) })}
      width={640}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={Boolean(wrong) || Number(left) !== 0}
            onClick={() => void save()}
          >
            {t('plan.save')}
          </Button>
        </>
      }
    >
      {plan.isPending ? (
        <Skeleton lines={3} />
      ) : (
        <ul className="money-plan">
          {rows.map((row) => (
            <li key={row.key}>
              <input
                className="text-input"
                aria-label={t('plan.name')}
                value={row.name}
                onChange={(event) => change(row.key, { name: event.target.value })}
              />
              <input
                className="text-input"
                type="date"
                aria-label={t('due')}
                value={row.dueOn}
                onChange={(event) => change(row.key, { dueOn: event.target.value })}
              />
              <input
                className="text-input number"
                inputMode="decimal"
                aria-label={t('plan.amount')}
                aria-invalid={Boolean(row.amount && amountRefusal(row.amount, amount.currency))}
                value={row.amount}
                onChange={(event) => change(row.key, { amount: event.target.value })}
              />
              <IconButton
                icon="trash"
                size="small"
                label={t('plan.remove')}
                onClick={() => setOwn(rows.filter(({ key }) => key !== row.key))}
              />
            </li>
          ))}
        </ul>
      )}
      <p className={Number(left) === 0 && !wrong ? 'meta' : 'money-bad'} aria-live="polite">
        {wrong
          ? t(`amount.${wrong}`)
          : t('plan.left', { left: formatMoney({ amount: left, currency: amount.currency }) })}
      </p>
      <Button icon="plus" onClick={() => setOwn([...rows, { ...fresh(rows), amount: Number(left) > 0 ? left : '' }])}>
        {t('plan.add')}
      </Button>
    </Dialog>
  );
}
