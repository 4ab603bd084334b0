import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { passkeysWork } from '../api/passkeys';
import { Problem, sentence } from '../api/problem';
import { type Method, signInByCode, signInByPasskey, type Step } from '../api/signIn';
import { Button, Labelled } from '../look/parts';
import { CodeInput } from './CodeInput';

interface SecondFactorStepProps {
  methods: Method[];
  onStep: (step: Step) => void;
  onBack: () => void;
}

/** After the password: the newest code, a passkey, or a recovery code. */
export function SecondFactorStep({ methods, onStep, onBack }: SecondFactorStepProps) {
  const { t } = useTranslation();
  const [recovery, setRecovery] = useState(!methods.includes('totp') && !methods.includes('passkey'));
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const asksCode = methods.includes('totp') || recovery;

  const run = async (work: () => Promise<Step | null>) => {
    setBusy(true);
    setError(null);
    try {
      const step = await work();
      if (step) {
        onStep(step);
        return;
      }
    } catch (failure) {
      if (failure instanceof Problem && failure.kind === 'not-signed-in') {
        onBack();
        return;
      }
      setError(sentence(failure));
      setCode('');
      document.getElementById('sign-in-code')?.focus();
    }
    setBusy(false);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && code.trim()) void run(() => signInByCode(code.trim()));
  };

  return (
    <form className="sign-in-form" noValidate onSubmit={submit}>
      <p>{t(recovery ? 'signIn.recoveryIntro' : 'signIn.secondIntro')}</p>
      {asksCode && (
        <Labelled label={t(recovery ? 'signIn.recoveryCode' : 'signIn.code')} htmlFor="sign-in-code">
          <CodeInput
            key={String(recovery)}
            id="sign-in-code"
            autoFocus
            data-autofocus
            inputMode={recovery ? 'text' : 'numeric'}
            aria-invalid={error ? true : undefined}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Labelled>
      )}
      <div role="alert" className="labelled-error">
        {error}
      </div>
      {asksCode && (
        <Button kind="primary" type="submit" busy={busy} disabled={!code.trim()} className="sign-in-button">
          {t('signIn.continue')}
        </Button>
      )}
      <div className="sign-in-others">
        {methods.includes('passkey') && passkeysWork() && (
          <Button className="sign-in-button" disabled={busy} onClick={() => void run(signInByPasskey)}>
            {t('signIn.passkey')}
          </Button>
        )}
        {methods.includes('recovery') && (
          <Button kind="ghost" onClick={() => setRecovery(!recovery)}>
            {t(recovery ? 'signIn.useCode' : 'signIn.useRecovery')}
          </Button>
        )}
        <Button kind="ghost" onClick={onBack}>
          {t('signIn.otherPerson')}
        </Button>
      </div>
    </form>
  );
}
