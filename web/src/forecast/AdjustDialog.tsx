import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { formatDecimal } from '../look/format';
import { Dialog } from '../look/Dialog';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import type { Row } from './ForecastPage';

interface AdjustDialogProps {
  row: Row;
  period: string;
  onClose: () => void;
  onDone: () => void;
}

/** A manager's number beside the seller's, with its reason. The deals stay as they are. */
export function AdjustDialog({ row, period, onClose, onDone }: AdjustDialogProps) {
  const { t } = useTranslation('forecast');
  const [amount, setAmount] = useState(String(row.adjusted?.amount ?? row.expected));
  const [note, setNote] = useState(row.adjusted?.note ?? '');
  const [busy, setBusy] = useState(false);
  async function send(value: number | null) {
    setBusy(true);
    try {
      await post('/forecast:adjust', { period, person: row.id, amount: value, note }, { idempotencyKey: newKey() });
      onDone();
      onClose();
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
      setBusy(false);
    }
  }
  return (
    <Dialog
      title={t('adjusting.title', { name: row.name, period })}
      onClose={onClose}
      footer={
        <>
          {row.adjusted && (
            <Button disabled={busy || note.trim() === ''} onClick={() => void send(null)}>
              {t('adjusting.remove')}
            </Button>
          )}
          <Button
            kind="primary"
            busy={busy}
            disabled={note.trim() === '' || amount.trim() === '' || !Number.isFinite(Number(amount))}
            onClick={() => void send(Number(amount))}
          >
            {t('adjusting.save')}
          </Button>
        </>
      }
    >
      <div className="close-form">
        <p className="meta">{t('adjusting.says', { amount: formatDecimal(row.expected) })}</p>
        <label>
          <span>{t('adjusting.amount')}</span>
          <input
            className="text-input"
            inputMode="decimal"
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
            data-autofocus
          />
        </label>
        <label>
          <span>{t('adjusting.note')}</span>
          <textarea
            className="text-input"
            rows={3}
            maxLength={1000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
      </div>
    </Dialog>
  );
}
