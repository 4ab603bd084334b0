import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { onChange } from '../../api/live';
import { useSession } from '../../api/session';
import { Icon } from '../../look/icons';

/** Says that others added rows; they come when asked, because rows that jump under the hand are worse than late ones. */
export function NewRows({ type, onRefresh }: { type: string; onRefresh: () => void }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const [fresh, setFresh] = useState(0);
  useEffect(
    () =>
      onChange((change) => {
        if (change.type === type && change.actor?.id !== me.id && !/^(update|delete|change)/.test(change.action))
          setFresh((old) => old + 1);
      }),
    [type, me.id],
  );
  if (fresh === 0) return null;
  return (
    <button
      type="button"
      className="new-rows"
      onClick={() => {
        setFresh(0);
        onRefresh();
      }}
    >
      <Icon name="up" size={14} />
      {t('list.newRows', { count: fresh })}
    </button>
  );
}
