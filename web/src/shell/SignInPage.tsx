import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { get } from '../api/client';
import { keys } from '../api/queries';
import { Entrance } from './Entrance';
import { SignInForm } from './SignInForm';

export function useSetupNeeded() {
  return useQuery({ queryKey: keys.setup, queryFn: () => get<{ needed: boolean }>('/setup'), staleTime: 0 });
}

export default function SignInPage() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const setup = useSetupNeeded();
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('product')}`;
  }, [t]);
  if (setup.data?.needed) return <Navigate to="/setup" replace />;
  return (
    <Entrance title={t('signIn.title')} intro={t('signIn.intro')}>
      <SignInForm
        onDone={() => {
          client.removeQueries();
          void navigate(destination(parameters.get('to')), { replace: true });
        }}
      />
    </Entrance>
  );
}

/** Only a path of our own: an address that was sent to somebody must not lead elsewhere after the password. */
export function destination(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/';
}
