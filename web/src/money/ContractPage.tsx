import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord, Money, Reference } from '../api/types';
import { formatMoney } from '../look/format';
import { Button, Chip, IconButton } from '../look/parts';
import { toast } from '../look/toast';
import { choiceLabel } from '../records/fields/FieldValue';
import RecordPage, { type PartProps } from '../records/page/RecordPage';
import { openForm } from '../shell/forms';
import { PlanDialog } from './PlanDialog';
import { ReasonDialog } from './ReasonDialog';
import { ReceiveDialog } from './ReceiveDialog';
import { Related } from './Related';
import './money.css';

const colors = { draft: 'grey', pending: 'amber', active: 'blue', completed: 'green', void: 'red' } as const;

/** A contract: where it stands, what is planned, invoiced and received on it. */
export default function ContractPage({ type, id }: { type: string; id: string }) {
  return <RecordPage type={type} id={id} Middle={Standing} Side={Beside} />;
}

type Step = 'submit' | 'withdraw' | 'approve' | 'refuse' | 'complete' | 'void' | 'renew';

function Standing({ recordType, record, refresh }: PartProps) {
  const { t } = useTranslation('money');
  const { may } = useSession();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Step | null>(null);
  const [planning, setPlanning] = useState(false);
  const [paying, setPaying] = useState(false);
  const status = String(record.status) as keyof typeof colors;
  const edit = recordType.rights.edit;
  const [amount, received, invoiced] = [record.amount, record.received, record.invoiced] as (Money | undefined)[];

  async function step(name: Step, body: Record<string, string> = {}, confirm?: string) {
    try {
      const answer = await post<AnyRecord>(`/contracts/${record.id}:${name}`, body, { query: { confirm } });
      setAsking(null);
      toast({ text: t(`contract.done.${name}`) });
      refresh();
      if (name === 'renew') void navigate(`/contracts/${answer.id}`);
    } catch (error) {
      if (
        error instanceof Problem &&
        error.body.rule === 'credit' &&
        error.status === 409 &&
        !confirm &&
        error.body.confirm
      ) {
        if (window.confirm(sentence(error))) return step(name, body, 'credit');
      } else toast({ kind: 'error', text: sentence(error) });
    }
  }

  const steps: [Step, boolean][] = [
    ['submit', status === 'draft' && edit],
    ['approve', status === 'pending' && may('contracts.approve')],
    ['refuse', status === 'pending' && may('contracts.approve')],
    ['withdraw', status === 'pending' && edit],
    ['renew', (status === 'active' || status === 'completed') && edit],
    ['complete', status === 'active' && edit],
    ['void', status !== 'void' && status !== 'completed' && edit],
  ];
  const share =
    amount && Number(amount.amount) > 0
      ? (part?: Money) => (Number(part?.amount ?? 0) / Number(amount.amount)) * 100
      : null;
  return (
    <section className="panel" aria-label={t('contract.standing')}>
      <p className="money-head">
        <Chip color={colors[status]}>
          {choiceLabel(recordType.fields.find(({ name }) => name === 'status')?.choices, status)}
        </Chip>
        <span className="meta">{t('contract.edition', { edition: record.edition })}</span>
      </p>
      {share && (
        <dl className="money-bars">
          {(
            [
              ['received', received],
              ['invoiced', invoiced],
            ] as const
          ).map(([name, part]) => (
            <div key={name}>
              <dt>{t(`contract.${name}`)}</dt>
              <dd>
                {formatMoney(part)} / {formatMoney(amount)}
                <i role="img" aria-label={`${share(part).toFixed(0)} %`}>
                  <b style={{ width: `${Math.min(100, share(part))}%` }} />
                </i>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p className="stage-actions">
        {steps
          .filter(([, shown]) => shown)
          .map(([name], at) => (
            <Button
              key={name}
              kind={at === 0 ? 'primary' : name === 'void' ? 'danger' : undefined}
              onClick={() =>
                name === 'approve' || name === 'refuse' || name === 'void' ? setAsking(name) : void step(name)
              }
            >
              {t(`contract.${name}`)}
            </Button>
          ))}
        {amount && (edit || may('receivables.manage')) && status !== 'void' && status !== 'completed' && (
          <Button onClick={() => setPlanning(true)}>{t('plan.open')}</Button>
        )}
        {amount && may('receivables.manage') && (status === 'active' || status === 'completed') && (
          <Button icon="plus" onClick={() => setPaying(true)}>
            {t('receive.open')}
          </Button>
        )}
      </p>
      {asking && (
        <ReasonDialog
          title={t(`contract.${asking}`)}
          required={asking !== 'approve'}
          onSubmit={(words) => step(asking, asking === 'void' ? { reason: words } : { opinion: words })}
          onClose={() => setAsking(null)}
        />
      )}
      {planning && amount && (
        <PlanDialog contract={record} amount={amount} onClose={() => setPlanning(false)} onSaved={refresh} />
      )}
      {paying && amount && record.customer && (
        <ReceiveDialog
          customer={record.customer as Reference}
          contract={{ id: record.id, name: String(record.name) }}
          currency={amount.currency}
          onClose={() => setPaying(false)}
        />
      )}
    </section>
  );
}

/** An amendment goes on from where it stands: submitted by one, decided by another. */
function Amending({ amendment, refresh }: { amendment: AnyRecord; refresh: () => void }) {
  const { t } = useTranslation('money');
  const { may } = useSession();
  const client = useQueryClient();
  const [asking, setAsking] = useState<'approve' | 'refuse' | null>(null);
  async function act(step: 'submit' | 'approve' | 'refuse', opinion = '') {
    try {
      await post(`/contract-amendments/${amendment.id}:${step}`, opinion ? { opinion } : {});
      setAsking(null);
      toast({ text: t(`amendment.${step}`) });
      void client.invalidateQueries({ queryKey: keys.records('contract-amendments') });
      refresh();
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    }
  }
  return (
    <>
      {amendment.status === 'draft' && <Button onClick={() => void act('submit')}>{t('contract.submit')}</Button>}
      {amendment.status === 'pending' && may('contracts.approve') && (
        <>
          <Button onClick={() => setAsking('approve')}>{t('contract.approve')}</Button>
          <Button onClick={() => setAsking('refuse')}>{t('contract.refuse')}</Button>
        </>
      )}
      {asking && (
        <ReasonDialog
          title={t(`contract.${asking}`)}
          required={asking === 'refuse'}
          onSubmit={(words) => act(asking, words)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

function Beside({ record, refresh }: PartProps) {
  const { t } = useTranslation('money');
  const filter = `contract = "${record.id}"`;
  const itself = { contract: { id: record.id, name: String(record.name) }, customer: record.customer };
  const add = (type: string, label: string, initial: Record<string, unknown>) => (
    <IconButton icon="plus" size="small" label={label} onClick={() => openForm({ type, initial: initial as never })} />
  );
  const active = record.status === 'active';
  return (
    <>
      <Related
        type="contract-lines"
        filter={filter}
        sort="position"
        fields={['description', 'quantity', 'unitPrice', 'total']}
        action={
          record.status === 'draft' && add('contract-lines', t('contract.addLine'), { contract: itself.contract })
        }
      />
      <Related type="payment-plans" filter={filter} sort="number" fields={['name', 'dueOn', 'amount', 'status']} />
      <Related
        type="invoices"
        filter={filter}
        sort="createdAt"
        fields={['number', 'amount', 'status', 'payment']}
        action={active && add('invoices', t('contract.addInvoice'), itself)}
      />
      <Related
        type="receipts"
        filter={filter}
        sort="receivedOn"
        fields={['number', 'receivedOn', 'amount', 'status']}
      />
      <Related
        type="contract-amendments"
        filter={filter}
        sort="createdAt"
        fields={['label', 'reason', 'status']}
        each={(amendment) => <Amending amendment={amendment} refresh={refresh} />}
        action={active && add('contract-amendments', t('contract.amend'), { contract: itself.contract })}
      />
      <Related type="orders" filter={filter} sort="orderedOn" fields={['number', 'amount', 'status']} />
    </>
  );
}
