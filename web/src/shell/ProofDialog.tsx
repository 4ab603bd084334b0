import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, noteProof, onProofNeeded } from '../api/client';
import { passkeysWork } from '../api/passkeys';
import { sentence } from '../api/problem';
import { type Method, proveByCode, proveByPasskey, proveByPassword, providers, signInElsewhere } from '../api/signIn';
import { Dialog } from '../look/Dialog';
import { Button, Labelled } from '../look/parts';
import { CodeInput } from './CodeInput';
import { Password } from './Password';

interface Asking {
  methods: Method[];
  answer: (proved: boolean) => void;
}

/** Shows the question "is it still you?" whenever the server wants a fresh proof; several calls at once ask once. */
export function ProofHost() {
  const [asking, setAsking] = useState<Asking | null>(null);
  useEffect(() => {
    let open: Promise<boolean> | null = null;
    onProofNeeded(() => {
      open ??= get<{ methods: Method[] }>('/session/step-up').then(
        ({ methods }) =>
          new Promise<boolean>((answer) => {
            setAsking({
              methods,
              answer: (proved) => {
                open = null;
                setAsking(null);
                if (proved) noteProof();
                answer(proved);
              },
            });
          }),
      );
      return open;
    });
    return () => onProofNeeded(() => Promise.resolve(false));
  }, []);
  return asking && <ProofDialog {...asking} />;
}

function ProofDialog({ methods, answer }: Asking) {
  const { t } = useTranslation();
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const byPassword = methods.includes('password');
  const byCode = methods.includes('totp') || methods.includes('recovery');

  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      if ((await work()) !== false) {
        answer(true);
        return;
      }
    } catch (failure) {
      setError(sentence(failure));
      setSecret('');
      document.getElementById('proof-secret')?.focus();
    }
    setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (secret && !busy) void run(() => (byPassword ? proveByPassword(secret) : proveByCode(secret.trim())));
  };
  const elsewhere = async () => {
    const [first] = await providers();
    if (first) await signInElsewhere(first.key, location.pathname + location.search);
    return false;
  };

  return (
    <Dialog title={t('proof.title')} onClose={() => answer(false)} width={400}>
      <form className="sign-in-form" noValidate onSubmit={submit}>
        <p className="meta">{t('proof.why')}</p>
        {byPassword && (
          <Labelled label={t('signIn.password')} htmlFor="proof-secret">
            <Password
              id="proof-secret"
              autoComplete="current-password"
              data-autofocus
              value={secret}
              onChange={(event) => setSecret(event.target.value)}
            />
          </Labelled>
        )}
        {byCode && (
          <Labelled label={t('signIn.code')} htmlFor="proof-secret" help={t('proof.orRecovery')}>
            <CodeInput
              id="proof-secret"
              data-autofocus
              value={secret}
              onChange={(event) => setSecret(event.target.value)}
            />
          </Labelled>
        )}
        <div role="alert" className="labelled-error">
          {error}
        </div>
        {(byPassword || byCode) && (
          <Button kind="primary" type="submit" busy={busy} disabled={!secret} className="sign-in-button">
            {t('proof.submit')}
          </Button>
        )}
        {methods.includes('passkey') && passkeysWork() && (
          <Button className="sign-in-button" disabled={busy} onClick={() => void run(proveByPasskey)}>
            {t('proof.passkey')}
          </Button>
        )}
        {methods.includes('provider') && (
          <Button className="sign-in-button" disabled={busy} onClick={() => void run(elsewhere)}>
            {t('proof.provider')}
          </Button>
        )}
      </form>
    </Dialog>
  );
}
