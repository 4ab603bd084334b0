import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { Button, Labelled, Skeleton } from '../look/parts';
import { Entrance } from './Entrance';
import { Password } from './Password';
import './sign-in.css';

const quiet = { quiet401: true } as const;

/** The one-time link of the administrator: the person chooses a new password. The key is in the fragment, which no server sees or logs. */
export default function ResetPage() {
  const { t } = useTranslation();
  const [key] = useState(() => location.hash.slice(1));
  const [password, setPassword] = useState('');
  const whose = useQuery({
    queryKey: ['reset'],
    queryFn: () => post<{ name: string; userName: string }>('/session/reset:check', { key }, quiet),
    retry: false,
    staleTime: Infinity,
  });
  const set = useMutation({ mutationFn: () => post('/session/reset', { key, password }, quiet) });
  useEffect(() => {
    document.title = `${t('reset.title')} · ${t('product')}`;
  }, [t]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password && !set.isPending) set.mutate();
  };

  if (set.isSuccess)
    return (
      <Entrance title={t('reset.done')} intro={t('reset.doneIntro')}>
        <Link className="button button-primary sign-in-button" to="/sign-in">
          {t('signIn.submit')}
        </Link>
      </Entrance>
    );
  if (whose.isError)
    return (
      <Entrance title={t('reset.title')} intro={sentence(whose.error)}>
        <Link className="button button-plain sign-in-button" to="/sign-in">
          {t('reset.back')}
        </Link>
      </Entrance>
    );
  if (!whose.data)
    return (
      <Entrance title={t('reset.title')} intro="">
        <Skeleton lines={4} />
      </Entrance>
    );
  return (
    <Entrance title={t('reset.title')} intro={t('reset.intro', whose.data)}>
      <form className="sign-in-form" noValidate onSubmit={submit}>
        <input type="text" name="username" autoComplete="username" value={whose.data.userName} readOnly hidden />
        <Labelled
          label={t('signIn.newPassword')}
          htmlFor="reset-password"
          help={t('signIn.passwordHelp')}
          error={set.isError ? sentence(set.error) : null}
        >
          <Password
            id="reset-password"
            autoComplete="new-password"
            autoFocus
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Labelled>
        <Button kind="primary" type="submit" busy={set.isPending} disabled={!password} className="sign-in-button">
          {t('reset.submit')}
        </Button>
      </form>
    </Entrance>
  );
}
