import { useTranslation } from 'react-i18next';
import { sentence } from '../api/problem';
import { Failure, Skeleton } from '../look/parts';
import { PageBar } from '../shell/PageBar';
import { FactorsPanel } from './FactorsPanel';
import { LinksPanel } from './LinksPanel';
import { PasskeysPanel } from './PasskeysPanel';
import { PasswordPanel } from './PasswordPanel';
import { useSecurity } from './security';
import { SessionsPanel } from './SessionsPanel';
import '../records/page/page.css';
import './account.css';

/** My account → security: every way in that is mine, and everywhere I am signed in. */
export default function SecurityPage() {
  const { t } = useTranslation('security');
  const security = useSecurity();
  return (
    <>
      <PageBar title={t('title')} />
      <div className="account">
        <p className="meta">{t('purpose')}</p>
        {security.isError && <Failure message={sentence(security.error)} onRetry={() => void security.refetch()} />}
        {security.isLoading && <Skeleton lines={8} />}
        {security.data && (
          <>
            <PasskeysPanel security={security.data} />
            <FactorsPanel security={security.data} />
            <PasswordPanel security={security.data} />
            <LinksPanel security={security.data} />
          </>
        )}
        <SessionsPanel />
      </div>
    </>
  );
}
