import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch, remove } from '../api/client';
import { passkeysWork } from '../api/passkeys';
import { sentence } from '../api/problem';
import { addPasskey, deviceName } from '../api/signIn';
import { Dialog } from '../look/Dialog';
import { formatDate, formatRelative } from '../look/format';
import { Button, IconButton, Labelled, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import RecoveryCodes from './RecoveryCodes';
import { type Passkey, type Security, useForget } from './security';

/** Passkeys: sign in with the fingerprint, face or PIN of a device. */
export function PasskeysPanel({ security }: { security: Security }) {
  const { t } = useTranslation('security');
  const forget = useForget();
  const [busy, setBusy] = useState(false);
  const [codes, setCodes] = useState<string[]>([]);
  const [renaming, setRenaming] = useState<Passkey | null>(null);

  const add = async () => {
    setBusy(true);
    try {
      const step = await addPasskey(deviceName());
      if (step) {
        setCodes(step.recoveryCodes ?? []);
        toast({ text: t('passkeys.added') });
      }
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    setBusy(false);
    forget();
  };
  const drop = async (passkey: Passkey) => {
    try {
      await remove(`/me/security/passkeys/${passkey.id}`);
      toast({ text: t('passkeys.removed', { name: passkey.name }) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    forget();
  };

  return (
    <section className="panel" aria-labelledby="passkeys-title">
      <div className="account-head">
        <h2 id="passkeys-title">{t('passkeys.title')}</h2>
        {passkeysWork() && (
          <Button icon="plus" busy={busy} onClick={() => void add()}>
            {t('passkeys.add')}
          </Button>
        )}
      </div>
      <p className="meta">{t(passkeysWork() ? 'passkeys.purpose' : 'passkeys.notHere')}</p>
      {security.passkeys.length > 0 && (
        <ul className="account-list">
          {security.passkeys.map((passkey) => (
            <li key={passkey.id}>
              <span>
                <span>{passkey.name}</span>
                <span className="meta">
                  {t('passkeys.since', { day: formatDate(passkey.createdAt) })}
                  {passkey.lastUsedAt && ` · ${t('passkeys.used', { when: formatRelative(passkey.lastUsedAt) })}`}
                </span>
              </span>
              <span className="account-row">
                <IconButton
                  icon="edit"
                  size="small"
                  label={t('passkeys.rename', { name: passkey.name })}
                  onClick={() => setRenaming(passkey)}
                />
                <IconButton
                  icon="trash"
                  size="small"
                  label={t('passkeys.remove', { name: passkey.name })}
                  onClick={() => void drop(passkey)}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
      {codes.length > 0 && (
        <Dialog title={t('recovery.title')} firm onClose={() => setCodes([])}>
          <RecoveryCodes codes={codes} onKept={() => setCodes([])} />
        </Dialog>
      )}
      {renaming && (
        <Rename
          passkey={renaming}
          onClose={() => {
            setRenaming(null);
            forget();
          }}
        />
      )}
    </section>
  );
}

function Rename({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const { t } = useTranslation('security');
  const [name, setName] = useState(passkey.name);
  const [error, setError] = useState<string | null>(null);
  const save = async () => {
    try {
      await patch(`/me/security/passkeys/${passkey.id}`, { name: name.trim() });
      onClose();
    } catch (failure) {
      setError(sentence(failure));
    }
  };
  return (
    <Dialog
      title={t('passkeys.rename', { name: passkey.name })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" disabled={!name.trim()} onClick={() => void save()}>
            {t('save')}
          </Button>
        </>
      }
    >
      <Labelled label={t('passkeys.name')} htmlFor="passkey-name" error={error}>
        <TextInput
          id="passkey-name"
          data-autofocus
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Labelled>
    </Dialog>
  );
}
