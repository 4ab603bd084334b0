import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../look/Dialog';
import { Button, Labelled, TextInput } from '../look/parts';
import { parseAmount } from '../records/fields/money';
import { amountRefusal } from './money';
import './money.css';

interface ReasonDialogProps {
  title: string;
  required: boolean;
  /** What the words are, when they are no reason but an entry of one line. */
  label?: string;
  /** Asks for an amount as well; empty is all of it. */
  amount?: { label: string; currency: string };
  onSubmit: (words: string, amount: string) => Promise<void>;
  onClose: () => void;
}

/** Asks for a sentence before something is done that stays on record. */
export function ReasonDialog({ title, required, label, amount, onSubmit, onClose }: ReasonDialogProps) {
  const { t } = useTranslation('money');
  const [words, setWords] = useState('');
  const [part, setPart] = useState('');
  const [busy, setBusy] = useState(false);
  const wrong = amount && part ? amountRefusal(part, amount.currency) : null;
  const entry = {
    id: 'reason-words',
    maxLength: 2000,
    value: words,
    onChange: (event: { target: { value: string } }) => setWords(event.target.value),
    'data-autofocus': true,
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={Boolean(wrong) || (required && !words.trim())}
            onClick={() => {
              setBusy(true);
              void onSubmit(words, parseAmount(part) ?? '').finally(() => setBusy(false));
            }}
          >
            {t('confirm')}
          </Button>
        </>
      }
    >
      <div className="money-form">
        <Labelled label={label ?? t(required ? 'reason' : 'opinion')} htmlFor="reason-words">
          {label ? <TextInput {...entry} /> : <textarea {...entry} className="text-input" rows={3} />}
        </Labelled>
        {amount && (
          <Labelled label={amount.label} htmlFor="reason-amount" error={wrong && t(`amount.${wrong}`)}>
            <TextInput
              id="reason-amount"
              inputMode="decimal"
              value={part}
              aria-invalid={Boolean(wrong)}
              aria-describedby="reason-amount-error"
              onChange={(event) => setPart(event.target.value)}
            />
          </Labelled>
        )}
      </div>
    </Dialog>
  );
}
