import { QRCode } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { passkeysWork } from '../api/passkeys';
import { sentence } from '../api/problem';
import { addPasskey, deviceName, type Step } from '../api/signIn';
import { Button, Labelled } from '../look/parts';
import { CodeInput } from '../shell/CodeInput';
import './account.css';

interface AuthenticatorSetupProps {
  /** Offers a passkey as the other way. */
  withPasskey?: boolean;
  onDone: (step: Step) => void;
}

/** Sets up an authenticator app: the picture is drawn here, the secret goes nowhere else. */
export default function AuthenticatorSetup({ withPasskey = false, onDone }: AuthenticatorSetupProps) {
  const { t } = useTranslation('security');
  const [begun, setBegun] = useState<{ secret: string; address: string } | null>(null);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(sentence(failure));
    }
    setBusy(false);
  };
  const begin = () => run(async () => setBegun(await post('/me/security/authenticator')));
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => onDone(await post<Step>('/me/security/authenticator:confirm', { code })));
  };
  const passkey = () =>
    run(async () => {
      const step = await addPasskey(deviceName());
      if (step) onDone(step);
    });

  if (!begun)
    return (
      <div className="sign-in-form">
        <div role="alert" className="labelled-error">
          {error}
        </div>
        {withPasskey && passkeysWork() && (
          <Button kind="primary" className="sign-in-button" busy={busy} onClick={() => void passkey()}>
            {t('passkeys.add')}
          </Button>
        )}
        <Button
          kind={withPasskey && passkeysWork() ? 'plain' : 'primary'}
          className="sign-in-button"
          busy={busy}
          onClick={() => void begin()}
        >
          {t('authenticator.add')}
        </Button>
      </div>
    );
  return (
    <form className="sign-in-form" noValidate onSubmit={confirm}>
      <ol className="account-steps">
        <li>{t('authenticator.scan')}</li>
      </ol>
      <p className="visually-hidden">{t('authenticator.picture')}</p>
      <div className="account-qr" aria-hidden="true">
        <QRCode value={begun.address} type="svg" size={184} bordered={false} color="#000" bgColor="#fff" />
      </div>
      <details>
        <summary>{t('authenticator.byHand')}</summary>
        <code className="account-secret">{begun.secret.match(/.{1,4}/g)?.join(' ')}</code>
      </details>
      <Labelled label={t('authenticator.code')} htmlFor="authenticator-code" error={error}>
        <CodeInput
          id="authenticator-code"
          autoFocus
          aria-invalid={error ? true : undefined}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Labelled>
      <Button kind="primary" type="submit" busy={busy} disabled={code.replace(/\D/g, '').length !== 6}>
        {t('authenticator.confirm')}
      </Button>
    </form>
  );
}
