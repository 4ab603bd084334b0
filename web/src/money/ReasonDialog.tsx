import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../look/Dialog';
import { Button } from '../look/parts';

interface ReasonDialogProps {
  title: string;
  required: boolean;
  onSubmit: (words: string) => Promise<void>;
  onClose: () => void;
}

/** Asks for a sentence before something is done that stays on record. */
export function ReasonDialog({ title, required, onSubmit, onClose }: ReasonDialogProps) {
  const { t } = useTranslation('money');
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
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
              void onSubmit(words).finally(() => setBusy(false));
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
        aria-label={t(required ? 'reason' : 'opinion')}
        placeholder={t(required ? 'reason' : 'opinion')}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        data-autofocus
      />
    </Dialog>
  );
}
