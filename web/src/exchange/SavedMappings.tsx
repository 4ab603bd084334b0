import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session';
import { sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { Button, Checkbox, IconButton, Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { type ImportOptions, type SavedMapping, useMappingActions } from './imports';

interface SavedMappingsProps {
  type: string;
  saved: readonly SavedMapping[];
  /** The one that is in use. */
  chosen: string | null;
  columns: string[];
  options: () => ImportOptions;
  onChoose: (mapping: SavedMapping) => void;
}

/** Mappings for files that come again: taken up by themselves when the columns fit, chosen, saved under a name, removed. */
export function SavedMappings({ type, saved, chosen, columns, options, onChoose }: SavedMappingsProps) {
  const { t } = useTranslation('exchange');
  const { me } = useSession();
  const actions = useMappingActions(type);
  const [saving, setSaving] = useState(false);
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const [busy, setBusy] = useState(false);
  const current = saved.find(({ id }) => id === chosen);
  const mayManage = me.functions.includes('imports.manage') ?? false;

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
      setSaving(false);
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="exchange-saved">
      {saved.length > 0 && (
        <label className="meta">
          {t('saved.use')}{' '}
          <Select
            label={t('saved.use')}
            value={chosen ?? ''}
            options={[
              { value: '', label: t('saved.none') },
              ...saved.map((mapping) => ({ value: mapping.id, label: `${mapping.name}${mapping.shared ? ` · ${t('saved.sharedMark')}` : ''}` })),
            ]}
            onChange={(id) => {
              const mapping = saved.find((one) => one.id === id);
              if (mapping) onChoose(mapping);
            }}
          />
        </label>
      )}
      {current && (current.mine || mayManage) && (
        <IconButton
          icon="trash"
          size="small"
          label={t('saved.remove', { name: current.name })}
          onClick={() => void run(() => actions.remove(current.id))}
        />
      )}
      <Button
        kind="ghost"
        onClick={() => {
          setName(current?.mine ? current.name : '');
          setShared(current?.shared ?? false);
          setSaving(true);
        }}
      >
        {t('saved.save')}
      </Button>
      {saving && (
        <Dialog
          title={t('saved.save')}
          onClose={() => setSaving(false)}
          footer={
            <Button
              kind="primary"
              busy={busy}
              disabled={!name.trim()}
              onClick={() => void run(() => actions.save(name, shared, columns, options()))}
            >
              {t('saved.keep')}
            </Button>
          }
        >
          <Labelled label={t('saved.name')} htmlFor="mapping-name" help={t('saved.help')}>
            <TextInput
              id="mapping-name"
              data-autofocus
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Labelled>
          {mayManage && (
            <Checkbox
              label={t('saved.shared')}
              checked={shared}
              onChange={(event) => setShared(event.target.checked)}
            />
          )}
        </Dialog>
      )}
    </div>
  );
}
