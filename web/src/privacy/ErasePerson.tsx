import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecordTypes } from '../api/queries';
import type { AnyRecord, RecordType } from '../api/types';
import { labelOf } from '../language';
import { Dialog } from '../look/Dialog';
import { Button, Checkbox, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import type { ErasureCounts, Mentions } from './erasure';
import { MentionList } from './MentionList';

interface ErasePersonProps {
  recordType: RecordType;
  record: AnyRecord;
  onClose: () => void;
}

/** Says exactly what goes and what stays, asks which mentions elsewhere are meant, and wants the name typed. */
export function ErasePerson({ recordType, record, onClose }: ErasePersonProps) {
  const { t } = useTranslation('privacy');
  const client = useQueryClient();
  const navigate = useNavigate();
  const types = useRecordTypes().data ?? [];
  const { type } = recordType;
  const name = String(record[recordType.titleField] ?? '');
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [block, setBlock] = useState(true);
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const plan = useQuery({
    queryKey: ['erasure', type, record.id],
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
    queryFn: async ({ signal }) => {
      const counts = await post<ErasureCounts>(
        `/${type}/${record.id}:erase`,
        { dryRun: true, mentions: [] },
        { signal },
      );
      return { counts, mentions: await get<Mentions>(`/${type}/${record.id}/mentions`, { signal }) };
    },
  });
  const mentions = plan.data?.mentions;
  const ticked = chosen ?? new Set((mentions?.items ?? []).filter((item) => item.certain).map((item) => item.key));
  const noun = (which: string) => labelOf(types.find((one) => one.type === which)?.labels, which);

  const erase = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await post(`/${type}/${record.id}:erase`, {
        confirm: typed.trim(),
        reason: reason.trim() || null,
        block,
        mentions: [...ticked],
      });
      client.removeQueries({ queryKey: keys.record(type, record.id) });
      await navigate(`/${type}`);
      void client.invalidateQueries();
      toast({ text: t('erase.done') });
      onClose();
    } catch (error) {
      setFailure(sentence(error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t('erase.title', { name })}
      width={640}
      firm={busy}
      onClose={onClose}
      footer={
        <>
          <Button disabled={busy} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            kind="danger"
            busy={busy}
            disabled={!plan.data || typed.trim() !== name.trim()}
            onClick={() => void erase()}
          >
            {t('erase.now')}
          </Button>
        </>
      }
    >
      <div className="admin-form erase-person">
        {plan.isLoading && <Skeleton lines={6} />}
        {plan.isError && <Failure message={sentence(plan.error)} onRetry={() => void plan.refetch()} />}
        {plan.data && mentions && (
          <>
            <Consequences counts={plan.data.counts} noun={noun} />
            <MentionList mentions={mentions} ticked={ticked} onChange={setChosen} />
            <Checkbox label={t('erase.block')} checked={block} onChange={(event) => setBlock(event.target.checked)} />
            <Labelled label={t('erase.reason')} htmlFor="erase-reason" help={t('erase.reasonHelp')}>
              <TextInput
                id="erase-reason"
                maxLength={300}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </Labelled>
            <Labelled label={t('erase.confirm', { name })} htmlFor="erase-confirm" error={failure}>
              <TextInput
                id="erase-confirm"
                data-autofocus
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            </Labelled>
          </>
        )}
      </div>
    </Dialog>
  );
}

function Consequences({ counts, noun }: { counts: ErasureCounts; noun: (type: string) => string }) {
  const { t } = useTranslation('privacy');
  return (
    <div className="erase-plan">
      <section aria-label={t('erase.goes')}>
        <h3>{t('erase.goes')}</h3>
        <ul>
          {Object.entries(counts.removed).map(([type, number]) => (
            <li key={type}>{t('erase.records', { noun: noun(type), number })}</li>
          ))}
          {counts.files > 0 && <li>{t('erase.files', { number: counts.files })}</li>}
          {counts.ledgerEntries > 0 && <li>{t('erase.ledger', { number: counts.ledgerEntries })}</li>}
          {counts.mentions > 0 && <li>{t('erase.near', { number: counts.mentions })}</li>}
          {counts.notifications > 0 && <li>{t('erase.notices', { number: counts.notifications })}</li>}
          {counts.rejectedRows > 0 && <li>{t('erase.rejects', { number: counts.rejectedRows })}</li>}
        </ul>
      </section>
      <section aria-label={t('erase.stays')}>
        <h3>{t('erase.stays')}</h3>
        <ul>
          {Object.entries(counts.scrubbed).map(([type, number]) => (
            <li key={type}>{t('erase.emptied', { noun: noun(type), number })}</li>
          ))}
          <li>{t('erase.staysFacts')}</li>
          <li>{t('erase.staysBackups')}</li>
        </ul>
      </section>
      <p className="labelled-error">{t('erase.forGood')}</p>
    </div>
  );
}
