import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { Select } from '../look/Select';
import { Button, Labelled, TextInput } from '../look/parts';
import { toast } from '../look/toast';

/** Smaller groups say nothing; the server refuses them. */
const fewest = 5;

const kinds = ['call', 'visit', 'task', 'message'] as const;

/** Plans contact with many customers at once; some may be left alone to see what it does. */
export function AssignDialog({
  customers,
  name,
  onClose,
  onDone,
}: {
  customers: string[];
  name: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation('value');
  const [plan, setPlan] = useState({
    name: `${name}${t('retention.usualName')}`,
    kind: 'call' as string,
    dueOn: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10),
    holdOut: '0',
    weeks: '12',
  });
  const change = (change: Partial<typeof plan>) => setPlan((before) => ({ ...before, ...change }));
  const held = Math.floor((customers.length * Number(plan.holdOut)) / 100);
  const tooFew = Number(plan.holdOut) > 0 && Math.min(held, customers.length - held) < fewest;
  const assign = useMutation({
    mutationFn: () =>
      post<{ planned: number; heldOut: number }>('/retention:assign', {
        ...plan,
        customers,
        holdOut: Number(plan.holdOut),
        weeks: Number(plan.weeks),
      }),
    onSuccess: ({ planned, heldOut }) => {
      toast({ text: t('retention.assigned', { planned, heldOut }) });
      onDone();
    },
  });
  return (
    <Dialog title={t('retention.assign', { count: customers.length, number: customers.length })} onClose={onClose}>
      <form
        className="value-rules"
        onSubmit={(event) => {
          event.preventDefault();
          assign.mutate();
        }}
      >
        <Labelled label={t('retention.name')} htmlFor="assign-name">
          <TextInput id="assign-name" value={plan.name} onChange={(event) => change({ name: event.target.value })} />
        </Labelled>
        <div className="value-numbers">
          <Labelled label={t('retention.kind')} htmlFor="assign-kind">
            <Select
              id="assign-kind"
              label={t('retention.kind')}
              value={plan.kind}
              options={kinds.map((kind) => ({ value: kind, label: t(`retention.kinds.${kind}`) }))}
              onChange={(value) => change({ kind: value })}
            />
          </Labelled>
          <Labelled label={t('retention.dueOn')} htmlFor="assign-due">
            <TextInput
              id="assign-due"
              type="date"
              value={plan.dueOn}
              onChange={(event) => change({ dueOn: event.target.value })}
            />
          </Labelled>
          <Labelled label={t('retention.holdOut')} htmlFor="assign-hold">
            <TextInput
              id="assign-hold"
              inputMode="decimal"
              value={plan.holdOut}
              onChange={(event) => change({ holdOut: event.target.value })}
            />
          </Labelled>
          <Labelled label={t('retention.weeks')} htmlFor="assign-weeks">
            <TextInput
              id="assign-weeks"
              inputMode="numeric"
              value={plan.weeks}
              onChange={(event) => change({ weeks: event.target.value })}
            />
          </Labelled>
        </div>
        <p className="meta">{t('retention.holdOutWhy')}</p>
        {tooFew && (
          <p role="status" className="labelled-error">
            {t('retention.holdOutFew', { held, count: customers.length, fewest })}
          </p>
        )}
        {assign.error && (
          <p role="alert" className="labelled-error">
            {sentence(assign.error)}
          </p>
        )}
        <div className="value-foot">
          <Button onClick={onClose}>{t('settings.cancel')}</Button>
          <Button kind="primary" type="submit" busy={assign.isPending}>
            {t('retention.go')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
