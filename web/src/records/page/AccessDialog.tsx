import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client';
import { sentence } from '../../api/problem';
import { keys } from '../../api/queries';
import type { Reference } from '../../api/types';
import { Dialog } from '../../look/Dialog';
import { Avatar, Failure, Skeleton, TextInput } from '../../look/parts';

interface Visible {
  user: Reference;
  verbs: string[];
  reasons: { kind: string; text: string }[];
}

/** Why can who see this: every person with the reasons, so that a right can be found and changed. */
export function AccessDialog({ type, id, onClose }: { type: string; id: string; onClose: () => void }) {
  const { t } = useTranslation('record');
  const [wanted, setWanted] = useState('');
  const access = useQuery({
    queryKey: [...keys.record(type, id), 'access'],
    queryFn: ({ signal }) => get<{ visibleTo: Visible[] }>(`/${type}/${id}/access`, { signal }),
  });
  const people = (access.data?.visibleTo ?? []).filter(({ user }) => user.name.includes(wanted.trim()));
  return (
    <Dialog title={t('access.title')} onClose={onClose} width={560}>
      {access.isLoading && <Skeleton lines={4} />}
      {access.isError && <Failure message={sentence(access.error)} onRetry={() => void access.refetch()} />}
      {access.data && (
        <>
          <p className="meta access-count">{t('access.count', { count: access.data.visibleTo.length })}</p>
          {access.data.visibleTo.length > 8 && (
            <TextInput
              aria-label={t('access.find')}
              placeholder={t('access.find')}
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
            />
          )}
          <ul className="access-list">
            {people.map(({ user, verbs, reasons }) => (
              <li key={user.id}>
                <Avatar name={user.name} size={28} />
                <div>
                  <p>
                    {user.name}{' '}
                    <span className="meta">
                      {verbs.map((verb) => t(`access.verbs.${verb}`, { defaultValue: verb })).join(' · ')}
                    </span>
                  </p>
                  {reasons.map((reason) => (
                    <p key={`${reason.kind}${reason.text}`} className="meta">
                      {reason.text || t(`access.reasons.${reason.kind}`, { defaultValue: reason.kind })}
                    </p>
                  ))}
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
