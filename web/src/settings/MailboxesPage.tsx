import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminPage } from '../admin/AdminPage';
import { post, put } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { Dialog } from '../look/Dialog';
import { Button, Labelled, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { openForm } from '../shell/forms';
import { RecordTable } from './RecordTable';

interface Look {
  made: number;
  known: number;
  skipped: number;
  error: string | null;
}

/** Mailboxes whose letters become leads: where they are, their password (written, never shown), and whether they work. */
export function MailboxesPage() {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const [asked, setAsked] = useState<AnyRecord | null>(null);
  const [busy, setBusy] = useState('');
  const test = async (mailbox: AnyRecord) => {
    setBusy(mailbox.id);
    try {
      const look = await post<Look>(`/lead-mailboxes/${mailbox.id}:look`);
      toast(look.error ? { text: t('mailboxes.failed', { error: look.error }), kind: 'error' } : { text: t('mailboxes.works', { made: look.made, known: look.known, skipped: look.skipped }) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy('');
      void client.invalidateQueries({ queryKey: keys.lists('lead-mailboxes') });
    }
  };
  return (
    <AdminPage
      name="mailboxes"
      actions={
        <Button kind="primary" icon="plus" onClick={() => openForm({ type: 'lead-mailboxes', onSaved: setAsked })}>
          {t('mailboxes.create')}
        </Button>
      }
    >
      <RecordTable
        type="lead-mailboxes"
        columns={['name', 'active', 'host', 'userName', 'folder', 'lastPolledAt', 'lastError']}
        empty={t('mailboxes.none')}
        actions={(mailbox) => (
          <>
            <Button kind="ghost" onClick={() => setAsked(mailbox)}>
              {t('mailboxes.password')}
            </Button>
            <Button kind="ghost" busy={busy === mailbox.id} onClick={() => void test(mailbox)}>
              {t('mailboxes.test')}
            </Button>
          </>
        )}
      />
      <p className="meta">{t('mailboxes.help')}</p>
      {asked && (
        <PasswordOf
          mailbox={asked}
          onClose={() => setAsked(null)}
          onKept={() => {
            setAsked(null);
            void test(asked);
          }}
        />
      )}
    </AdminPage>
  );
}

function PasswordOf({ mailbox, onClose, onKept }: { mailbox: AnyRecord; onClose: () => void; onKept: () => void }) {
  const { t } = useTranslation('settings');
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const keep = async () => {
    try {
      await put(`/lead-mailboxes/${mailbox.id}/password`, { password });
      onKept();
    } catch (error) {
      setWrong(sentence(error));
    }
  };
  return (
    <Dialog
      title={t('mailboxes.passwordOf', { name: String(mailbox.name) })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" disabled={password === ''} onClick={() => void keep()}>
            {t('mailboxes.keep')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (password) void keep();
        }}
      >
        <Labelled label={t('mailboxes.password')} htmlFor="mailbox-password" help={t('mailboxes.passwordHelp')} error={wrong}>
          <TextInput id="mailbox-password" type="password" autoComplete="new-password" data-autofocus value={password} onChange={(event) => setPassword(event.target.value)} />
        </Labelled>
      </form>
    </Dialog>
  );
}
