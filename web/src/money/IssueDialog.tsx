import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, patch, post } from '../api/client';
import type { AnyRecord } from '../api/types';
import { Dialog } from '../look/Dialog';
import { Button, Labelled, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { Refused } from './ReceiveDialog';
import { refusedOf } from './useReceiving';

const day = (value: unknown) => (typeof value === 'string' ? value : '');

/** Issues an invoice under the tax office's number, or gives that number to one that was issued without. */
export function IssueDialog({
  invoice,
  onClose,
  onDone,
}: {
  invoice: AnyRecord;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation('money');
  const issued = invoice.status === 'issued';
  const [number, setNumber] = useState('');
  const [issuedOn, setIssued] = useState(() => new Date().toLocaleDateString('sv'));
  const [dueOn, setDue] = useState(day(invoice.dueOn));
  const [refused, setRefused] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);

  async function issue() {
    setBusy(true);
    try {
      const taxInvoiceNumber = number.trim();
      if (issued) await patch(`/invoices/${invoice.id}`, { taxInvoiceNumber }, { version: invoice.version });
      else
        await post(
          `/invoices/${invoice.id}:issue`,
          { ...(taxInvoiceNumber && { taxInvoiceNumber }), issuedOn, ...(dueOn && { dueOn }) },
          { idempotencyKey: newKey() },
        );
      toast({ text: t(issued ? 'issue.numbered' : 'invoice.done.issue') });
      onDone();
    } catch (error) {
      setRefused(refusedOf(error));
      setBusy(false);
    }
  }

  const field = (
    name: string,
    label: string,
    value: string,
    change: (value: string) => void,
    help?: string,
    dated = true,
  ) => (
    <Labelled label={label} htmlFor={`issue-${name}`} error={refused[name]} help={help}>
      <TextInput
        id={`issue-${name}`}
        type={dated ? 'date' : 'text'}
        maxLength={dated ? undefined : 40}
        value={value}
        aria-invalid={Boolean(refused[name])}
        aria-describedby={`issue-${name}-error`}
        onChange={(event) => {
          change(event.target.value);
          setRefused({});
        }}
        data-autofocus={!dated || undefined}
      />
    </Labelled>
  );
  return (
    <Dialog
      title={t(issued ? 'issue.number' : 'invoice.issue')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={issued ? !number.trim() : !issuedOn}
            onClick={() => void issue()}
          >
            {t(issued ? 'confirm' : 'invoice.issue')}
          </Button>
        </>
      }
    >
      <div className="money-form">
        {field(
          'taxInvoiceNumber',
          t('issue.number'),
          number,
          setNumber,
          t(issued ? 'issue.once' : 'issue.later'),
          false,
        )}
        {!issued && field('issuedOn', t('issue.issuedOn'), issuedOn, setIssued)}
        {!issued && field('dueOn', t('issue.dueOn'), dueOn, setDue, t('issue.dueHelp'))}
      </div>
      <Refused words={refused} shown={issued ? ['taxInvoiceNumber'] : ['taxInvoiceNumber', 'issuedOn', 'dueOn']} />
    </Dialog>
  );
}
