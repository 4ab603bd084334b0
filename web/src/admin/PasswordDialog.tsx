import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import type { AnyRecord } from '../api/types';
import { Dialog } from '../look/Dialog';
import { Button, Labelled, TextInput } from '../look/parts';
import { CopyButton } from '../records/fields/CopyButton';

/** Letters and digits that nobody confuses when a password is read out. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Sixteen characters in groups of four: 31^16 possibilities, about 79 bits. */
export function newPassword(
  random: (bytes: Uint8Array) => Uint8Array = (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
): string {
  const limit = 256 - (256 % letters.length);
  let text = '';
  while (text.length < 16)
    for (const byte of random(new Uint8Array(32))) {
      // A byte above the limit would make the first letters likelier.
      if (byte < limit && text.length < 16) text += letters[byte % letters.length];
    }
  return text.match(/.{4}/g)!.join('-');
}

/** Sets a password that is handed over once; the person changes it after signing in. */
export function PasswordDialog({ user, fresh, onClose }: { user: AnyRecord; fresh: boolean; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const [password, setPassword] = useState(() => newPassword());
  const [done, setDone] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const name = String(user.name ?? '');

  const reset = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const answer = await post<{ password?: string } | undefined>(`/users/${user.id}:reset-password`, { password });
      setDone(answer?.password ?? password);
    } catch (error) {
      setFailure(sentence(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t(fresh ? 'password.first' : 'password.reset', { name })}
      onClose={onClose}
      firm={done !== null}
      footer={
        done ? (
          <Button kind="primary" onClick={onClose}>
            {t('password.handedOver')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button kind="primary" busy={busy} onClick={() => void reset()}>
              {t('password.set')}
            </Button>
          </>
        )
      }
    >
      {done ? (
        <div className="admin-secret">
          <p>{t('password.once', { name, userName: String(user.userName ?? '') })}</p>
          <p className="admin-secret-text">
            <code>{done}</code>
            <CopyButton text={done} label={t('password.label')} />
          </p>
        </div>
      ) : (
        <Labelled label={t('password.label')} htmlFor="new-password" help={t('password.help')} error={failure}>
          <TextInput
            id="new-password"
            value={password}
            autoComplete="new-password"
            spellCheck={false}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Labelled>
      )}
    </Dialog>
  );
}
