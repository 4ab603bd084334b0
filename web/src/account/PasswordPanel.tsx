import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { noteProof, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { Button, Labelled } from '../look/parts';
import { toast } from '../look/toast';
import { Password } from '../shell/Password';
import { type Security, useForget } from './security';

/** Changes the own password; every other device is signed out. */
export function PasswordPanel({ security }: { security: Security }) {
  const { t } = useTranslation('security');
  const forget = useForget();
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<{ field: 'current' | 'password'; text: string } | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await post('/me/security/password', { currentPassword: current, password }, { quiet401: true });
      noteProof();
      toast({ text: t('password.changed') });
      setOpen(false);
      setCurrent('');
      setPassword('');
      forget();
    } catch (failure) {
      const wrong = failure instanceof Problem && failure.kind === 'wrong-credentials';
      setError({ field: wrong ? 'current' : 'password', text: wrong ? t('password.wrong') : sentence(failure) });
    }
    setBusy(false);
  };

  return (
    <section className="panel" aria-labelledby="password-title">
      <div className="account-head">
        <h2 id="password-title">{t('password.title')}</h2>
        {!open && (
          <Button onClick={() => setOpen(true)}>{t(security.password ? 'password.change' : 'password.set')}</Button>
        )}
      </div>
      {!open && <p className="meta">{t(security.password ? 'password.purpose' : 'password.none')}</p>}
      {open && (
        <form className="account-form" noValidate onSubmit={(event) => void submit(event)}>
          <input type="text" name="username" autoComplete="username" value={security.userName} readOnly hidden />
          {security.password && (
            <Labelled
              label={t('password.current')}
              htmlFor="current-password"
              error={error?.field === 'current' ? error.text : null}
            >
              <Password
                id="current-password"
                autoComplete="current-password"
                autoFocus
                value={current}
                onChange={(event) => setCurrent(event.target.value)}
              />
            </Labelled>
          )}
          <Labelled
            label={t('password.new')}
            htmlFor="changed-password"
            help={t('password.help', { count: security.shortestPassword })}
            error={error?.field === 'password' ? error.text : null}
          >
            <Password
              id="changed-password"
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Labelled>
          <div className="account-row">
            <Button kind="primary" type="submit" busy={busy} disabled={!password}>
              {t('password.change')}
            </Button>
            <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
          </div>
        </form>
      )}
    </section>
  );
}
