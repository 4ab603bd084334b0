import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import type { AnyRecord, Money, Reference } from '../api/types';
import { formatMoney } from '../look/format';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import RecordPage, { type PartProps } from '../records/page/RecordPage';
import { IssueDialog } from './IssueDialog';
import { Letters } from './Letters';
import { ReasonDialog } from './ReasonDialog';
import { ReceiveDialog } from './ReceiveDialog';
import { Related } from './Related';
import './money.css';

type Step = 'void' | 'write-off' | 'red';

/** An invoice: what is open of it, and what can be done with it where it stands. */
export default function InvoicePage({ type, id }: { type: string; id: string }) {
  return <RecordPage type={type} id={id} Middle={Standing} Side={Beside} />;
}

function Standing({ recordType, record, refresh }: PartProps) {
  const { t } = useTranslation('money');
  const { may } = useSession();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Step | null>(null);
  const [paying, setPaying] = useState(false);
  const [issuing, setIssuing] = useState(false);
  const [status, open] = [String(record.status), Number((record.openAmount as Money | undefined)?.amount ?? 0)];
  const keeps = may('receivables.manage');
  const payable = open > 0 && keeps;
  const issues = keeps && status === 'requested';
  const numbers = keeps && status === 'issued' && !record.taxInvoiceNumber;
  const steps: [Step, boolean][] = [
    ['red', status === 'issued' && !record.redOf && recordType.rights.edit],
    ['write-off', open > 0 && may('receivables.writeOff')],
    ['void', status !== 'void' && keeps],
  ];

  async function act(step: Step, words: string, amount: string) {
    try {
      const body = { reason: words, ...(amount && { amount }) };
      const done = await post<AnyRecord>(`/invoices/${record.id}:${step}`, body, { idempotencyKey: newKey() });
      setAsking(null);
      toast({ text: t(`invoice.done.${step}`) });
      refresh();
      if (step === 'red') void navigate(`/invoices/${done.id}`);
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    }
  }

  if (!issues && !numbers && !steps.some(([, shown]) => shown)) return null;
  return (
    <section className="panel" aria-label={t('invoice.standing')}>
      {open > 0 && (
        <p>
          {t('open')} {formatMoney(record.openAmount as Money)}
        </p>
      )}
      <p className="stage-actions">
        {payable && (
          <Button kind="primary" onClick={() => setPaying(true)}>
            {t('receive.open')}
          </Button>
        )}
        {(issues || numbers) && (
          <Button kind={issues ? 'primary' : undefined} onClick={() => setIssuing(true)}>
            {t(issues ? 'invoice.issue' : 'issue.enter')}
          </Button>
        )}
        {steps
          .filter(([, shown]) => shown)
          .map(([step]) => (
            <Button key={step} kind={step === 'void' ? 'danger' : undefined} onClick={() => setAsking(step)}>
              {t(`invoice.${step}`)}
            </Button>
          ))}
      </p>
      {paying && (
        <ReceiveDialog
          customer={record.customer as unknown as Reference}
          currency={(record.openAmount as Money).currency}
          onClose={() => {
            setPaying(false);
            refresh();
          }}
        />
      )}
      {issuing && (
        <IssueDialog
          invoice={record}
          onClose={() => setIssuing(false)}
          onDone={() => {
            setIssuing(false);
            refresh();
          }}
        />
      )}
      {asking && (
        <ReasonDialog
          title={t(`invoice.${asking}`)}
          amount={
            asking === 'void' ? undefined : { label: t('invoice.part'), currency: (record.amount as Money).currency }
          }
          required
          onSubmit={(words, amount) => act(asking, words, amount)}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}

function Beside({ record }: PartProps) {
  const own = `invoice = "${record.id}"`;
  return (
    <>
      <Related type="invoices" filter={`redOf = "${record.id}"`} fields={['number', 'amount', 'status']} />
      <Related type="invoice-lines" filter={own} sort="position" fields={['description', 'amount', 'taxRate']} />
      <Related type="receipt-allocations" filter={own} fields={['label', 'settled', 'kind', 'status']} />
      <Related
        type="dunnings"
        filter={own}
        fields={['label', 'dueOn', 'promise']}
        each={({ id }) => <Letters id={id} />}
      />
    </>
  );
}
