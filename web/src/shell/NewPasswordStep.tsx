import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import type { Step } from '../api/signIn';
import { Button, Labelled } from '../look/parts';
import { Password } from './Password';

/** Somebody else chose the password: the person chooses an own one before anything else. */
export function NewPasswordStep({ current, onStep }: { current: string; onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const [old, setOld] = useState(current);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !password) return;
    setBusy(true);
    setError(null);
    try {
      onStep(await post<Step>('/me/security/password', { currentPassword: old, password }, { quiet401: true }));
    } catch (failure) {
      setError(
        failure instanceof Problem && failure.kind === 'wrong-credentials'
          ? t('signIn.wrongCurrent')
          : sentence(failure),
      );
      setBusy(false);
    }
  };

  return (
    <form className="sign-in-form" noValidate onSubmit={(event) => void submit(event)}>
      <p>{t('signIn.newPasswordIntro')}</p>
      {!current && (
        <Labelled label={t('signIn.currentPassword')} htmlFor="old-password">
          <Password
            id="old-password"
            autoComplete="current-password"
            value={old}
            onChange={(event) => setOld(event.target.value)}
          />
        </Labelled>
      )}
      <Labelled label={t('signIn.newPassword')} htmlFor="first-password" help={t('signIn.passwordHelp')}>
        <Password
          id="first-password"
          autoComplete="new-password"
          autoFocus
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Labelled>
      <div role="alert" className="labelled-error">
        {error}
      </div>
      <Button kind="primary" type="submit" busy={busy} disabled={!password} className="sign-in-button">
        {t('signIn.continue')}
      </Button>
    </form>
  );
}
