import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { get, newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord, ListPage } from '../api/types';
import { useNow } from '../activities/useNow';
import { Dialog } from '../look/Dialog';
import { formatDate } from '../look/format';
import { Button, Chip, Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { daysUntil } from './pools';

function ownerOf(customer: AnyRecord): string | null {
  const owner = customer.owner;
  return typeof owner === 'object' && owner !== null && 'id' in owner ? String(owner.id) : null;
}

/** How many days are left before the customer goes back to the pool; red under three. */
export function DaysLeft({ customer }: { customer: AnyRecord }) {
  const { t } = useTranslation('trust');
  const now = useNow();
  const until = customer.protectedUntil ? String(customer.protectedUntil) : null;
  if (until) return <Chip color="violet">{t('pool.protectedUntil', { day: formatDate(until.slice(0, 10)) })}</Chip>;
  if (!customer.returnsAt || !ownerOf(customer)) return null;
  const days = daysUntil(String(customer.returnsAt), Number(now));
  if (days > 14) return null;
  return <Chip color={days < 3 ? 'red' : 'amber'}>{t('pool.daysLeft', { count: Math.max(0, days) })}</Chip>;
}

/** Out of one's hands, or kept for a while: what an owner does about the pool. */
export function PoolActions({ customer, onChanged }: { customer: AnyRecord; onChanged: () => void }) {
  const { t } = useTranslation('trust');
  const { me, may } = useSession();
  const [doing, setDoing] = useState<'release' | 'protect' | null>(null);
  const owner = ownerOf(customer);
  if (!owner || (owner !== me.id && !may('records.assign'))) return null;
  return (
    <>
      <Button icon="pool" onClick={() => setDoing('release')}>
        {t('pool.release')}
      </Button>
      {doing === 'release' && <Release customer={customer} onClose={() => setDoing(null)} onProtect={() => setDoing('protect')} onChanged={onChanged} />}
      {doing === 'protect' && <Protect customer={customer} onClose={() => setDoing(null)} onChanged={onChanged} />}
    </>
  );
}

function Release({
  customer,
  onClose,
  onProtect,
  onChanged,
}: {
  customer: AnyRecord;
  onClose: () => void;
  onProtect: () => void;
  onChanged: () => void;
}) {
  const { t } = useTranslation('trust');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const [pool, setPool] = useState('');
  const [busy, setBusy] = useState(false);
  const pools = useQuery({ queryKey: keys.records('pools'), queryFn: ({ signal }) => get<ListPage>('/pools', { signal, query: { limit: 200 } }) });
  const open = (pools.data?.items ?? []).filter((item) => item.active);
  const to = open.length === 1 ? open[0] : open.find((item) => item.id === pool);
  const reasons = (to?.reasons as string[] | null | undefined) ?? [];
  const run = async () => {
    setBusy(true);
    try {
      await post(`/customers/${customer.id}:release`, { reason: reason.trim() || null, ...(pool && { pool }) }, { idempotencyKey: newKey() });
      toast({ text: t('pool.released', { name: String(customer.name) }) });
      void client.invalidateQueries({ queryKey: keys.records('customers') });
      void client.invalidateQueries({ queryKey: ['pool'] });
      onChanged();
      void navigate('/customers');
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t('pool.releaseTitle', { name: String(customer.name) })}
      onClose={onClose}
      footer={
        <>
          <Button kind="ghost" onClick={onProtect}>
            {t('pool.protectInstead')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} onClick={() => void run()}>
            {t('pool.release')}
          </Button>
        </>
      }
    >
      <div className="trust-undo">
        <p>{t('pool.releaseHint')}</p>
        <Labelled label={t('pool.reason')} htmlFor="release-reason">
          {reasons.length > 0 ? (
            <Select
              id="release-reason"
              label={t('pool.reason')}
              value={reason}
              options={['', ...reasons].map((value) => ({ value, label: value || '–' }))}
              onChange={setReason}
            />
          ) : (
            <TextInput
              id="release-reason"
              maxLength={200}
              value={reason}
              data-autofocus
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Labelled>
        {open.length > 1 && (
          <Labelled label={t('pool.which')} htmlFor="release-pool">
            <Select
              id="release-pool"
              label={t('pool.which')}
              value={pool}
              options={[{ value: '', label: t('pool.ownersPool') }, ...open.map((item) => ({ value: item.id, label: String(item.name) }))]}
              onChange={setPool}
            />
          </Labelled>
        )}
      </div>
    </Dialog>
  );
}

function Protect({ customer, onClose, onChanged }: { customer: AnyRecord; onClose: () => void; onChanged: () => void }) {
  const { t } = useTranslation('trust');
  const [day, setDay] = useState(customer.protectedUntil ? String(customer.protectedUntil).slice(0, 10) : '');
  const [busy, setBusy] = useState(false);
  const run = async (until: string | null) => {
    setBusy(true);
    try {
      await post(`/customers/${customer.id}:protect`, until ? { until: `${until}T00:00:00Z` } : {}, { idempotencyKey: newKey() });
      toast({ text: t(until ? 'pool.protected' : 'pool.unprotected') });
      onChanged();
      onClose();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t('pool.protectTitle')}
      onClose={onClose}
      footer={
        <>
          {Boolean(customer.protectedUntil) && (
            <Button kind="ghost" busy={busy} onClick={() => void run(null)}>
              {t('pool.unprotect')}
            </Button>
          )}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!day} onClick={() => void run(day)}>
            {t('pool.protect')}
          </Button>
        </>
      }
    >
      <Labelled label={t('pool.until')} htmlFor="protect-until">
        <TextInput id="protect-until" type="date" value={day} data-autofocus onChange={(event) => setDay(event.target.value)} />
      </Labelled>
    </Dialog>
  );
}
