import { useTranslation } from 'react-i18next';
import { usePending } from '../activities/outbox';
import { useConnection } from '../api/connection';
import { useSession } from '../api/session';
import { Icon } from '../look/icons';

/** Says that the server cannot be reached, and what becomes of what is written meanwhile. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const { me } = useSession();
  const waiting = usePending(me.id).filter((entry) => !entry.refusal).length;
  const isConnected = useConnection();
  if (isConnected) return null;
  return (
    <div className="connection-bar" role="status">
      <Icon name="warning" size={16} />
      <strong>{t('offline.title')}</strong>
      <span>{waiting > 0 ? t('offline.waiting', { count: waiting }) : t('offline.kept')}</span>
    </div>
  );
}
