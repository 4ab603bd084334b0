import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../look/Dialog';
import { Button } from '../look/parts';

interface ReasonDialogProps {
  title: string;
  required: boolean;
  /** What the words are, when they are no reason. */
  label?: string;
  /** Asks for an amount as well; empty is all of it. */
  amount?: string;
  onSubmit: (words: string, amount: string) => Promise<void>;
  onClose: () => void;
}

/** Asks for a sentence before something is done that stays on record. */
export function ReasonDialog({ title, required, label, amount, onSubmit, onClose }: ReasonDialogProps) {
  const { t } = useTranslation('money');
  const [words, setWords] = useState('');
  const [part, setPart] = useState('');
  const [busy, setBusy] = useState(false);
  const hint = label ?? t(required ? 'reason' : 'opinion');
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
            disabled={required && !words.trim()}
            onClick={() => {
              setBusy(true);
              void onSubmit(words, part).finally(() => setBusy(false));
            }}
          >
            {t('confirm')}
          </Button>
        </>
      }
    >
      <textarea
        className="text-input"
        rows={3}
        maxLength={2000}
        aria-label={hint}
        placeholder={hint}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        data-autofocus
      />
      {amount && (
        <input
          className="text-input"
          inputMode="decimal"
          aria-label={amount}
          placeholder={amount}
          value={part}
          onChange={(event) => setPart(event.target.value.replace(/[,\s]/g, ''))}
        />
      )}
    </Dialog>
  );
}
