import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRecordType } from '../api/queries';
import { Dialog } from '../look/Dialog';
import { Button, Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { choiceLabel } from '../records/fields/FieldValue';
import './money.css';
import { useReceiving } from './useReceiving';

/** The ticked instalments or invoices are paid in full: a receipt for each customer. */
export default function ReceiveMany({ type, ids, onClose, onDone }: { type: string; ids: string[]; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('money');
  const methods = useRecordType('receipts').data?.fields.find(({ name }) => name === 'method')?.choices ?? [];
  const [receivedOn, setDay] = useState(() => new Date().toLocaleDateString('sv'));
  const [method, setMethod] = useState('transfer');
  const [bankReference, setReference] = useState('');
  const { receive, warning, busy } = useReceiving<{ settled: number; receipts: unknown[]; skipped: string[] }>(
    '/receipts:receive-many',
    ({ settled, receipts, skipped }) => t(skipped.length ? 'many.some' : 'many.done', { settled, receipts: receipts.length }),
    onDone,
  );
  const body = { [type === 'invoices' ? 'invoices' : 'plans']: ids, receivedOn, method, ...(bankReference && { bankReference }) };
  return (
    <Dialog
      title={t('many.title', { number: ids.length })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} onClick={() => void receive(body)}>
            {t(warning ? 'receive.again' : 'many.submit')}
          </Button>
        </>
      }
    >
      <p className="meta">{t('many.help')}</p>
      <div className="money-form">
        <Labelled label={t('receive.day')} htmlFor="many-day">
          <TextInput id="many-day" type="date" value={receivedOn} onChange={(event) => setDay(event.target.value)} />
        </Labelled>
        <Labelled label={t('receive.method')} htmlFor="many-method">
          <Select id="many-method" label={t('receive.method')} value={method} options={methods.map(({ value }) => ({ value, label: choiceLabel(methods, value) }))} onChange={setMethod} />
        </Labelled>
        <Labelled label={t('receive.reference')} htmlFor="many-reference">
          <TextInput id="many-reference" value={bankReference} maxLength={100} onChange={(event) => setReference(event.target.value)} />
        </Labelled>
      </div>
      {warning && <p className="money-bad">{warning}</p>}
    </Dialog>
  );
}
