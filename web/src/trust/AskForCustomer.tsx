import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { Button, Labelled, Segmented, TextInput } from '../look/parts';
import { toast } from '../look/toast';

const kinds = ['cooperate', 'transfer', 'arbitrate'] as const;

/** What one can do about a customer that is a colleague's: ask to work on it, to take it over, or for the manager's word. */
export function AskForCustomer({ asked, onClose }: { asked: { owner?: string; customer?: string; values?: unknown }; onClose: () => void }) {
  const { t } = useTranslation('trust');
  const [kind, setKind] = useState<(typeof kinds)[number]>('cooperate');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    try {
      await post('/collisions', { kind, reason: reason.trim(), ...asked }, { idempotencyKey: newKey() });
      toast({ text: t('collision.asked') });
      onClose();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t('collision.ask')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!reason.trim()} onClick={() => void ask()}>
            {t('collision.send')}
          </Button>
        </>
      }
    >
      <div className="trust-undo">
        <Segmented label={t('collision.ask')} value={kind} options={kinds.map((value) => ({ value, label: t(`collision.kind.${value}`) }))} onChange={setKind} />
        <p className="meta">{t(`collision.hint.${kind}`)}</p>
        <Labelled label={t('pool.reason')} htmlFor="ask-reason">
          <TextInput id="ask-reason" maxLength={2000} value={reason} data-autofocus onChange={(event) => setReason(event.target.value)} />
        </Labelled>
      </div>
    </Dialog>
  );
}
