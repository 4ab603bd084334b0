import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '../api/client';
import { sentence } from '../api/problem';
import type { AnyRecord } from '../api/types';
import { Dialog } from '../look/Dialog';
import { Button } from '../look/parts';
import { toast } from '../look/toast';

/** Says that the person no longer agrees. It cannot be taken back: who agrees again gives a new consent. */
export function WithdrawDialog({
  consent,
  purpose,
  onClose,
  onDone,
}: {
  consent: AnyRecord;
  purpose: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation('privacy');
  const [busy, setBusy] = useState(false);
  const withdraw = async () => {
    setBusy(true);
    try {
      await patch(`/consents/${consent.id}`, { withdrawnAt: new Date().toISOString() }, { version: consent.version });
      toast({ text: t('consent.isWithdrawn', { purpose }) });
      onDone();
      onClose();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t('consent.withdrawTitle', { purpose })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="danger" busy={busy} onClick={() => void withdraw()}>
            {t('consent.withdrawNow')}
          </Button>
        </>
      }
    >
      <p>{t('consent.withdrawText')}</p>
    </Dialog>
  );
}
