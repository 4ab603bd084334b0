import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { get } from '../api/client';
import { keys } from '../api/queries';
import { whereAmI } from '../api/signIn';
import { i18n } from '../language';
import { Skeleton } from '../look/parts';
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
  const here = useQuery({ queryKey: ['sign-in', 'here'], queryFn: whereAmI, staleTime: 0, gcTime: 0, retry: false });
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('product')}`;
  }, [t]);
  if (setup.data?.needed) return <Navigate to="/setup" replace />;
  const to = destination(parameters.get('to'));
  const problem = parameters.get('problem');
  const next = here.data?.next;
  return (
    <Entrance title={t('signIn.title')} intro={next ? t('signIn.oneMore') : t('signIn.intro')}>
      {problem && (
        <p role="alert" className="labelled-error sign-in-note">
          {i18n.exists(`main:signIn.problems.${problem}`)
            ? t(`signIn.problems.${problem}`)
            : t('signIn.problems.other')}
        </p>
      )}
      {here.isLoading ? (
        <Skeleton lines={4} />
      ) : (
        <SignInForm
          start={here.data && next ? { next, methods: here.data.methods } : undefined}
          to={to}
          onDone={() => {
            client.removeQueries();
            void navigate(to, { replace: true });
          }}
        />
      )}
    </Entrance>
  );
}

/** Only a path of our own: an address that was sent to somebody must not lead elsewhere after the password. */
export function destination(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/';
}
