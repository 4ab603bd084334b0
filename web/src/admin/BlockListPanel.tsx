import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { formatDecimal } from '../look/format';
import { Button, Labelled, TextInput } from '../look/parts';
import { toast } from '../look/toast';

/** Who may not be entered again. Numbers are kept as hashes only, so one asks about a number instead of reading a list. */
export function BlockListPanel({ count, onChanged }: { count: number; onChanged: () => void }) {
  const { t } = useTranslation('privacy');
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const [found, setFound] = useState<{ value: string; blocked: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  const check = () =>
    run(async () => {
      const { blocked } = await post<{ blocked: boolean }>('/privacy/blocked:check', { value: value.trim() });
      setFound({ value: value.trim(), blocked });
      setReason('');
    });
  const change = (blocked: boolean) =>
    run(async () => {
      await post(blocked ? '/privacy/blocked' : '/privacy/blocked:remove', {
        value: found!.value,
        reason: reason.trim(),
      });
      toast({ text: t(blocked ? 'blocked.added' : 'blocked.removed') });
      setFound(null);
      setValue('');
      onChanged();
    });

  return (
    <section className="privacy-section" aria-label={t('blocked.title')}>
      <h2>
        {t('blocked.title')}
        <span className="panel-count">{formatDecimal(count)}</span>
      </h2>
      <p className="meta">{t('blocked.purpose')}</p>
      <form
        className="admin-tools"
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <Labelled label={t('blocked.value')} htmlFor="blocked-value" error={failure}>
          <TextInput
            id="blocked-value"
            value={value}
            maxLength={254}
            onChange={(event) => {
              setValue(event.target.value);
              setFound(null);
              setFailure(null);
            }}
          />
        </Labelled>
        <Button type="submit" busy={busy} disabled={value.trim().length < 4}>
          {t('blocked.check')}
        </Button>
      </form>
      {found && (
        <div className="record-notice" role="status">
          <p>{t(found.blocked ? 'blocked.isOn' : 'blocked.isNot', { value: found.value })}</p>
          <div className="admin-tools">
            <Labelled label={t(found.blocked ? 'blocked.whyRemove' : 'blocked.whyAdd')} htmlFor="blocked-reason">
              <TextInput
                id="blocked-reason"
                maxLength={300}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </Labelled>
            <Button busy={busy} disabled={!reason.trim()} onClick={() => void change(!found.blocked)}>
              {t(found.blocked ? 'blocked.remove' : 'blocked.add')}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}
