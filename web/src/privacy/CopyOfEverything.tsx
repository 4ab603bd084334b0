import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address, ensureProof } from '../api/client';
import { sentence } from '../api/problem';
import { Button } from '../look/parts';
import { toast } from '../look/toast';

/** Downloads everything the company holds about the person; the server notes who took it. */
export function CopyOfEverything({ type, id }: { type: string; id: string }) {
  const { t } = useTranslation('privacy');
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      // A download cannot be asked for a password halfway.
      if (!(await ensureProof())) return;
      const link = document.createElement('a');
      link.href = address(`/${type}/${id}/personal-data`);
      link.download = '';
      document.body.append(link);
      link.click();
      link.remove();
      toast({ text: t('copy.started') });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button kind="ghost" icon="export" busy={busy} onClick={() => void start()}>
      {t('copy.open')}
    </Button>
  );
}
