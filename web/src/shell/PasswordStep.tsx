import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { passkeysWork } from '../api/passkeys';
import { Problem, sentence } from '../api/problem';
import { providers, signInByPasskey, signInByPassword, signInElsewhere, type Step } from '../api/signIn';
import { Button, Labelled, TextInput } from '../look/parts';
import { Password } from './Password';

interface PasswordStepProps {
  userName?: string;
  to: string;
  onPassword: (password: string) => void;
  onStep: (step: Step) => void;
}

/** The first step: a password, a passkey, or the button of another provider. */
export function PasswordStep({ userName, to, onPassword, onStep }: PasswordStepProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(userName ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [wait, setWait] = useState(0);
  const elsewhere = useQuery({
    queryKey: ['sign-in', 'providers'],
    queryFn: providers,
    staleTime: 60_000,
    retry: false,
  });

  useEffect(() => {
    if (wait <= 0) return undefined;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const run = async (work: () => Promise<Step | null | void>) => {
    setBusy(true);
    setError(null);
    try {
      const step = await work();
      if (step) onStep(step);
    } catch (failure) {
      setError(
        failure instanceof Problem && failure.kind === 'wrong-credentials' ? t('signIn.wrong') : sentence(failure),
      );
      if (failure instanceof Problem && failure.retryAfter) setWait(Math.min(failure.retryAfter, 3600));
      setPassword('');
    }
    setBusy(false);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy || wait > 0) return;
    const empty = name.trim() === '' ? 'sign-in-name' : password === '' ? 'sign-in-password' : null;
    if (empty) {
      setError(t('signIn.required'));
      document.getElementById(empty)?.focus();
      return;
    }
    onPassword(password);
    void run(() => signInByPassword(name.trim(), password));
  };

  return (
    <form className="sign-in-form" noValidate onSubmit={submit}>
      <Labelled label={t('signIn.userName')} htmlFor="sign-in-name">
        <TextInput
          id="sign-in-name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus={!userName}
          readOnly={Boolean(userName)}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Labelled>
      <Labelled label={t('signIn.password')} htmlFor="sign-in-password">
        <Password
          id="sign-in-password"
          name="password"
          autoComplete="current-password"
          required
          autoFocus={Boolean(userName)}
          data-autofocus={Boolean(userName) || undefined}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Labelled>
      <div role="alert" className="labelled-error">
        {error}
      </div>
      <Button kind="primary" type="submit" busy={busy} disabled={wait > 0} className="sign-in-button">
        {wait > 0 ? t('signIn.wait', { count: wait }) : t('signIn.submit')}
      </Button>
      {(passkeysWork() || (elsewhere.data?.length ?? 0) > 0) && (
        <div className="sign-in-others">
          <p className="meta">{t('signIn.or')}</p>
          {passkeysWork() && (
            <Button className="sign-in-button" disabled={busy} onClick={() => void run(signInByPasskey)}>
              {t('signIn.passkey')}
            </Button>
          )}
          {elsewhere.data?.map((provider) => (
            <Button
              key={provider.key}
              className="sign-in-button"
              disabled={busy}
              onClick={() => void run(() => signInElsewhere(provider.key, to))}
            >
              {t('signIn.with', { name: provider.name })}
            </Button>
          ))}
        </div>
      )}
    </form>
  );
}
