import { useTranslation } from 'react-i18next';
import { Button } from '../look/parts';
import { CopyButton } from '../records/fields/CopyButton';
import './account.css';

/** Recovery codes as they are shown this once: to copy, save or write down. */
export default function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const { t } = useTranslation('security');
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([codes.join('\n') + '\n'], { type: 'text/plain' }));
    link.download = 'guanxi-recovery-codes.txt';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div className="account-codes">
      <p>{t('recovery.once')}</p>
      <ul aria-label={t('recovery.title')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="account-row">
        <CopyButton text={codes.join('\n')} label={t('recovery.title')} />
        <Button icon="export" onClick={save}>
          {t('recovery.save')}
        </Button>
        <Button kind="primary" data-autofocus onClick={onKept}>
          {t('recovery.kept')}
        </Button>
      </div>
    </div>
  );
}
