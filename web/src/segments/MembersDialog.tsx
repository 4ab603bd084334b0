import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import { labelOf } from '../language';
import { Dialog } from '../look/Dialog';
import { formatDecimal, formatList } from '../look/format';
import { Button, Labelled } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { type ListChange, type Segment, segmentKeys } from './segments';

const byWhich = ['name', 'externalId', 'creditCode', 'phone', 'email'];

/** Puts customers into a static list, or takes them out, by names or numbers pasted from elsewhere. */
export function MembersDialog({ segment, adding, onClose }: { segment: Segment; adding: boolean; onClose: () => void }) {
  const { t } = useTranslation('segments');
  const client = useQueryClient();
  const fields = (useRecordType('customers').data?.fields ?? []).filter(
    (field) => byWhich.includes(field.name) && field.right !== 'masked',
  );
  const [field, setField] = useState('name');
  const [text, setText] = useState('');
  const [outcome, setOutcome] = useState<ListChange | null>(null);
  const [busy, setBusy] = useState(false);
  const values = text.split('\n').map((line) => line.trim()).filter(Boolean);
  const send = async () => {
    setBusy(true);
    try {
      setOutcome(
        await post<ListChange>(
          `/segments/${segment.id}:${adding ? 'add' : 'remove'}`,
          { field, values },
          { idempotencyKey: newKey() },
        ),
      );
      setText('');
      void client.invalidateQueries({ queryKey: segmentKeys.all });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={t(adding ? 'add' : 'take')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={values.length === 0} onClick={() => void send()}>
            {t(adding ? 'add' : 'take')}
          </Button>
        </>
      }
    >
      <div className="segment-members">
        <Labelled label={t('by')} htmlFor="members-field">
          <Select
            id="members-field"
            label={t('by')}
            value={field}
            options={fields.map((one) => ({ value: one.name, label: labelOf(one.labels, one.name) }))}
            onChange={setField}
          />
        </Labelled>
        <Labelled label={t('paste')} htmlFor="members-text" help={adding ? t('addHint') : undefined}>
          <textarea
            id="members-text"
            className="text-input"
            rows={8}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Labelled>
        {outcome && (
          <div role="status">
            <p>
              {t('changed', { count: outcome.changed, number: formatDecimal(outcome.changed) })}
              {outcome.known > 0 && ` · ${t('known', { count: outcome.known, number: formatDecimal(outcome.known) })}`}
            </p>
            {outcome.unknown.length > 0 && (
              <p className="labelled-error">
                {t('unknown', {
                  count: outcome.unknown.length,
                  number: formatDecimal(outcome.unknown.length),
                  list: formatList(outcome.unknown.slice(0, 20)),
                })}
              </p>
            )}
          </div>
        )}
      </div>
    </Dialog>
  );
}
