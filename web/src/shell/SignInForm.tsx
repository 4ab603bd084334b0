import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, sentence } from '../api/problem';
import { signIn } from '../api/session';
import type { Me } from '../api/types';
import { Button, Labelled, TextInput } from '../look/parts';
import { Password } from './Password';
import './sign-in.css';

interface SignInFormProps {
  /** Fixed when somebody comes back to a page that timed out. */
  userName?: string;
  onDone: (me: Me) => void;
}

export function SignInForm({ userName, onDone }: SignInFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(userName ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [wait, setWait] = useState(0);

  useEffect(() => {
    if (wait <= 0) return undefined;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || wait > 0) return;
    const empty = name.trim() === '' ? 'sign-in-name' : password === '' ? 'sign-in-password' : null;
    if (empty) {
      setError(t('signIn.required'));
      document.getElementById(empty)?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const { user } = await signIn(name.trim(), password);
      onDone(user);
    } catch (failure) {
      setError(failure instanceof Problem && failure.status === 401 ? t('signIn.wrong') : sentence(failure));
      if (failure instanceof Problem && failure.retryAfter) setWait(Math.min(failure.retryAfter, 3600));
      setPassword('');
      setBusy(false);
    }
  };

  return (
    <form className="sign-in-form" noValidate onSubmit={(event) => void submit(event)}>
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
    </form>
  );
}
