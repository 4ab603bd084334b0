import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { keys, useRecord } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { Dialog } from '../look/Dialog';
import { Button } from '../look/parts';
import { Select } from '../look/Select';
import type { Gate } from './board';

interface CloseDialogProps {
  deal: AnyRecord & { name?: string };
  outcome: 'won' | 'lost';
  onSubmit: (body: { reason?: string; to?: string; note?: string }) => Promise<void>;
  onClose: () => void;
}

/** Why a deal was won or lost, and to whom: what the next one can learn from. */
export function CloseDialog({ deal, outcome, onSubmit, onClose }: CloseDialogProps) {
  const { t } = useTranslation('sales');
  const gate = useQuery({
    queryKey: [...keys.record('deals', deal.id), 'gate', 'won'],
    queryFn: ({ signal }) => get<Gate>(`/deals/${deal.id}/gate`, { signal, query: { to: 'won' } }),
  });
  // A card of the board does not carry them.
  const competitors = useRecord('deals', outcome === 'lost' ? deal.id : null).data?.competitors;
  const rivals = Array.isArray(competitors) ? (competitors as string[]) : [];
  const [reason, setReason] = useState('');
  const [to, setTo] = useState('');
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const reasons = (outcome === 'won' ? gate.data?.winReasons : gate.data?.lossReasons) ?? [];
  const complete = outcome === 'won' || reason.trim() !== '';
  return (
    <Dialog
      title={t(`close.title.${outcome}`, { name: deal.name })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('gate.cancel')}</Button>
          <Button
            kind={outcome === 'won' ? 'primary' : 'danger'}
            busy={busy}
            disabled={!complete}
            onClick={() => {
              setBusy(true);
              void onSubmit({
                ...(reason && { reason }),
                ...(to && { to }),
                ...(note && { note }),
              });
            }}
          >
            {t(`close.submit.${outcome}`)}
          </Button>
        </>
      }
    >
      <div className="close-form">
        <label>
          <span>{t('close.reason')}</span>
          {reasons.length > 0 ? (
            <Select
              label={t('close.reason')}
              value={reason}
              options={[{ value: '', label: t('close.choose') }, ...reasons.map((known) => ({ value: known, label: known }))]}
              onChange={setReason}
              data-autofocus
            />
          ) : (
            <input
              className="text-input"
              value={reason}
              maxLength={200}
              onChange={(event) => setReason(event.target.value)}
              data-autofocus
            />
          )}
        </label>
        {outcome === 'lost' && (
          <label>
            <span>{t('close.to')}</span>
            <input className="text-input" value={to} maxLength={200} onChange={(event) => setTo(event.target.value)} />
          </label>
        )}
        {outcome === 'lost' && rivals.length > 0 && (
          <div className="close-rivals" role="group" aria-label={t('close.rivals')}>
            <span className="meta">{t('close.rivals')}</span>
            {rivals.map((rival) => (
              <Button key={rival} aria-pressed={to === rival} onClick={() => setTo(to === rival ? '' : rival)}>
                {rival}
              </Button>
            ))}
          </div>
        )}
        <label>
          <span>{t('close.note')}</span>
          <textarea
            className="text-input"
            rows={3}
            value={note}
            maxLength={4000}
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
      </div>
    </Dialog>
  );
}
