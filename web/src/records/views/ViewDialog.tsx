import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/session';
import type { SavedView } from '../../api/types';
import { Dialog } from '../../look/Dialog';
import { Button, Labelled, Segmented, TextInput } from '../../look/parts';

interface ViewDialogProps {
  kind: 'create' | 'change' | 'delete';
  view: SavedView | null;
  onSubmit: (name: string, scope: SavedView['scope']) => Promise<void>;
  onClose: () => void;
}

export function ViewDialog({ kind, view, onSubmit, onClose }: ViewDialogProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const [name, setName] = useState(view?.name ?? '');
  const [scope, setScope] = useState<SavedView['scope']>(view?.scope ?? 'personal');
  const [busy, setBusy] = useState(false);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (kind !== 'delete' && name.trim() === '') return;
    setBusy(true);
    void onSubmit(name.trim(), scope).finally(() => setBusy(false));
  };
  if (kind === 'delete')
    return (
      <Dialog
        title={t('views.delete')}
        onClose={onClose}
        footer={
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button kind="danger" busy={busy} onClick={() => submit()}>
              {t('delete')}
            </Button>
          </>
        }
      >
        <p>{t('views.deleteHelp', { name: view?.name })}</p>
      </Dialog>
    );
  return (
    <Dialog
      title={kind === 'create' ? t('views.saveAs') : t('views.rename')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={name.trim() === ''} onClick={() => submit()}>
            {t('save')}
          </Button>
        </>
      }
    >
      <form className="view-form" onSubmit={submit}>
        <Labelled label={t('views.name')} htmlFor="view-name">
          <TextInput
            id="view-name"
            maxLength={60}
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Labelled>
        <div className="labelled">
          <span className="meta">{t('views.scope')}</span>
          <Segmented<SavedView['scope']>
            label={t('views.scope')}
            value={scope}
            options={[
              { value: 'personal', label: t('views.personal'), icon: 'user' },
              ...(me.team ? [{ value: 'team' as const, label: t('views.scopeTeam'), icon: 'team' as const }] : []),
              { value: 'public', label: t('views.public'), icon: 'globe' },
            ]}
            onChange={setScope}
          />
        </div>
      </form>
    </Dialog>
  );
}
