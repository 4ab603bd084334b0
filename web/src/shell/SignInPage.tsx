import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { keys, meQuery } from '../api/queries';
import type { Step } from '../api/signIn';
import { i18n } from '../language';
import { Skeleton } from '../look/parts';
import { Entrance } from './Entrance';
import { SignInForm } from './SignInForm';

export function useSetupNeeded() {
  return useQuery({
    queryKey: keys.setup,
    // The question who is signed in says it too, and is already on its way when a page starts.
    queryFn: async ({ client }) => {
      await client.fetchQuery(meQuery).catch(() => undefined);
      return client.getQueryData<{ needed: boolean }>(keys.setup) ?? { needed: false };
    },
    staleTime: 10_000,
  });
}

export default function SignInPage() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const setup = useSetupNeeded();
  const here = useQuery({
    queryKey: keys.signIn,
    queryFn: async () => {
      await client.fetchQuery(meQuery).catch(() => undefined);
      return client.getQueryData<Step>(keys.signIn) ?? null;
    },
    staleTime: 10_000,
    retry: false,
  });
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
