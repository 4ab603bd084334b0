import { useTranslation } from 'react-i18next';
import { post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { deviceName } from '../api/signIn';
import { formatInstant, formatRelative } from '../look/format';
import { Button, Chip, Failure, IconButton, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { type OpenSession, useForget, useSessions } from './security';

/** Everywhere I am signed in, and the way out of each. */
export function SessionsPanel() {
  const { t } = useTranslation('security');
  const sessions = useSessions();
  const forget = useForget();
  const run = async (work: () => Promise<unknown>, text: string) => {
    try {
      await work();
      toast({ text });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    forget();
  };
  const others = (sessions.data ?? []).filter((session) => !session.current).length;
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <div className="account-head">
        <h2 id="sessions-title">{t('sessions.title')}</h2>
        {others > 0 && (
          <Button
            icon="signOut"
            onClick={() => void run(() => post('/me/security/sessions:end-others'), t('sessions.endedOthers'))}
          >
            {t('sessions.endOthers')}
          </Button>
        )}
      </div>
      {sessions.isLoading && <Skeleton lines={3} />}
      {sessions.isError && <Failure message={sentence(sessions.error)} onRetry={() => void sessions.refetch()} />}
      <ul className="account-list">
        {sessions.data?.map((session) => (
          <SessionLine
            key={session.id}
            session={session}
            onEnd={() => void run(() => remove(`/me/security/sessions/${session.id}`), t('sessions.ended'))}
          />
        ))}
      </ul>
    </section>
  );
}

function SessionLine({ session, onEnd }: { session: OpenSession; onEnd: () => void }) {
  const { t } = useTranslation('security');
  const device = session.device ? deviceName(session.device) : t('sessions.unknown');
  return (
    <li>
      <span title={session.device ?? undefined}>
        <span>
          {device} {session.current && <Chip color="green">{t('sessions.this')}</Chip>}
          {!session.finished && <Chip color="grey">{t('sessions.unfinished')}</Chip>}
        </span>
        <span className="meta">
          {[
            session.address,
            t('sessions.since', { when: formatInstant(session.createdAt) }),
            t('sessions.used', { when: formatRelative(session.lastUsedAt) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      {!session.current && (
        <IconButton icon="signOut" size="small" label={t('sessions.end', { device })} onClick={onEnd} />
      )}
    </li>
  );
}
