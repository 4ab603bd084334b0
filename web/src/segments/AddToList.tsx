import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { formatDecimal } from '../look/format';
import { Button, Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import type { Target } from '../records/list/BulkBar';
import { type ListChange, type Segment, segmentKeys, useSegments } from './segments';
import './segments.css';

const fresh = 'new';

/** The ticked customers into a static list, one there is or a new one. */
export default function AddToList({ target, onClose, onDone }: { target: Target; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('segments');
  const client = useQueryClient();
  const lists = (useSegments().data ?? []).filter(({ kind }) => kind === 'static');
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const list = chosen || lists[0]?.id || fresh;
  const send = async () => {
    setBusy(true);
    try {
      const id =
        list === fresh
          ? (await post<Segment>('/segments', { name, kind: 'static' }, { idempotencyKey: newKey() })).id
          : list;
      const body = 'ids' in target ? { ids: target.ids } : { filter: target.filter || 'name != ""' };
      const outcome = await post<ListChange>(`/segments/${id}:add`, body, { idempotencyKey: newKey() });
      void client.invalidateQueries({ queryKey: segmentKeys.all });
      toast({ text: t('changed', { count: outcome.changed, number: formatDecimal(outcome.changed) }) });
      onDone();
    } catch (error) {
      setBusy(false);
      toast({ text: sentence(error), kind: 'error' });
    }
  };
  return (
    <Dialog
      title={t('toList')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={list === fresh && name.trim() === ''} onClick={() => void send()}>
            {t('add')}
          </Button>
        </>
      }
    >
      <div className="segment-members">
        <Labelled label={t('which')} htmlFor="list-which">
          <Select
            id="list-which"
            label={t('which')}
            value={list}
            options={[...lists.map((one) => ({ value: one.id, label: one.name })), { value: fresh, label: t('newList') }]}
            onChange={setChosen}
          />
        </Labelled>
        {list === fresh && (
          <Labelled label={t('name')} htmlFor="list-name">
            <TextInput id="list-name" maxLength={60} data-autofocus value={name} onChange={(event) => setName(event.target.value)} />
          </Labelled>
        )}
      </div>
    </Dialog>
  );
}
