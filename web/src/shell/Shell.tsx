import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router';
import { onSignedOut } from '../api/client';
import { sendWaiting, useOutbox } from '../activities/useOutbox';
import { useLive } from '../api/live';
import { Problem, sentence } from '../api/problem';
import { queryClient } from '../api/queries';
import { SessionProvider, useMe, useSession } from '../api/session';
import type { Me } from '../api/types';
import { languageOf, setLanguage } from '../language';
import { setTimeZone } from '../look/format';
import { Failure, Skeleton } from '../look/parts';
import { useMedia } from '../look/useMedia';
import { applyTheme, chosenTheme } from '../look/theme';
import { Toasts } from '../look/toast';
import { Palette } from '../search/Palette';
import { BottomBar } from './BottomBar';
import { ConnectionBar } from './ConnectionBar';
import { FormHost } from './forms';
import { Help } from './Help';
import { ProofHost } from './ProofDialog';
import { Rail } from './Rail';
import { SignInDialog } from './SignInDialog';
import { closeOverlay, useOverlay, useShellKeys } from './overlays';
import './shell.css';

/** Everything behind the sign-in: finds out who is there, then draws the frame around the pages. */
export function Shell() {
  const { data: me, error, refetch } = useMe();
  const here = useLocation();
  if (!me) {
    if (error instanceof Problem && error.status === 401) {
      const to = here.pathname === '/' ? '' : `?to=${encodeURIComponent(here.pathname + here.search)}`;
      return <Navigate to={`/sign-in${to}`} replace />;
    }
    if (error) return <Failure message={sentence(error)} onRetry={() => void refetch()} />;
    return <Skeleton lines={8} />;
  }
  return (
    <SessionProvider me={me}>
      <Frame />
    </SessionProvider>
  );
}

function Frame() {
  const { t } = useTranslation();
  const { me } = useSession();
  const overlay = useOverlay();
  const [locked, setLocked] = useState(false);
  useEffect(() => {
    onSignedOut(() => setLocked(true));
    return () => onSignedOut(() => {});
  }, []);
  useOwnSettings(me);
  useLive(!locked);
  useOutbox(me.id);
  useShellKeys();
  const roomy = useMedia('(min-width: 1200px)');
  const wide = me.preferences.rail ? me.preferences.rail === 'wide' : roomy;
  return (
    <div className={`shell ${wide ? 'shell-wide' : ''}`}>
      <a className="skip-link" href="#content">
        {t('shell.skip')}
      </a>
      <Rail wide={wide} />
      <ConnectionBar />
      <main id="content" className="shell-content" tabIndex={-1}>
        <Suspense fallback={<Skeleton lines={10} />}>
          <Outlet />
        </Suspense>
      </main>
      <BottomBar />
      {overlay === 'palette' && <Palette onClose={closeOverlay} />}
      {overlay === 'help' && <Help onClose={closeOverlay} />}
      <FormHost />
      {locked && (
        <SignInDialog
          userName={me.userName}
          onDone={() => {
            setLocked(false);
            void queryClient.invalidateQueries();
            sendWaiting();
          }}
        />
      )}
      <ProofHost />
      <Toasts />
    </div>
  );
}

/** The person's own language, zone and theme come with them to every machine. */
function useOwnSettings(me: Me) {
  setTimeZone(me.timeZone);
  const { language, preferences } = me;
  useEffect(() => {
    void setLanguage(languageOf(language));
  }, [language]);
  useEffect(() => {
    if (preferences.theme && preferences.theme !== chosenTheme()) applyTheme(preferences.theme);
  }, [preferences.theme]);
}
