import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import RecordPage, { type PartProps } from '../records/page/RecordPage';
import { Letters } from './Letters';
import { ReasonDialog } from './ReasonDialog';
import './money.css';

/** A step of dunning: its letter, to download or to send. */
export default function DunningPage({ type, id }: { type: string; id: string }) {
  return <RecordPage type={type} id={id} Middle={Letter} />;
}

function Letter({ recordType, record, refresh }: PartProps) {
  const { t, i18n } = useTranslation('money');
  const [mailing, setMailing] = useState(false);

  async function mail(email: string) {
    try {
      const { mailed } = await post<{ mailed: boolean }>(`/dunnings/${record.id}:mail`, { email, language: i18n.language }, { idempotencyKey: newKey() });
      setMailing(!mailed);
      toast(mailed ? { text: t('letter.mailed') } : { kind: 'error', text: t('letter.notMailed') });
      refresh();
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    }
  }

  return (
    <section className="panel" aria-label={t('letter.title')}>
      <h2>{t('letter.title')}</h2>
      <p className="meta">{t('letter.hint')}</p>
      <p className="stage-actions">
        <Letters id={record.id} />
        {recordType.rights.edit && record.status === 'due' && (
          <Button kind="primary" onClick={() => setMailing(true)}>
            {t('letter.mail')}
          </Button>
        )}
      </p>
      {mailing && <ReasonDialog title={t('letter.mail')} label={t('letter.email')} required onSubmit={(email) => mail(email.trim())} onClose={() => setMailing(false)} />}
    </section>
  );
}
