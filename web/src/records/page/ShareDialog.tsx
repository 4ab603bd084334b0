import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, remove } from '../../api/client';
import { sentence } from '../../api/problem';
import { keys } from '../../api/queries';
import type { Field, Reference, Value } from '../../api/types';
import { formatDate } from '../../look/format';
import { Button, Failure, IconButton, Labelled, Segmented, Skeleton, TextInput } from '../../look/parts';
import { toast } from '../../look/toast';
import { DayInput } from '../../activities/DayInput';
import FieldInput from '../fields/FieldInput';
import { SideDrawer } from '../form/SideDrawer';

export interface Share {
  id: string;
  user?: Reference | null;
  team?: Reference | null;
  level: 'read' | 'edit';
  role?: string | null;
  until?: string | null;
}

/** Gives a colleague or a team a record for a while; with a role they become a member of the account team. */
export function ShareDialog({
  type,
  id,
  name,
  onClose,
}: {
  type: string;
  id: string;
  name: string;
  onClose: () => void;
}) {
  const { t } = useTranslation('record');
  const client = useQueryClient();
  const [whom, setWhom] = useState<'user' | 'team'>('user');
  const [person, setPerson] = useState<Value>(null);
  const [level, setLevel] = useState<'read' | 'edit'>('read');
  const [role, setRole] = useState('');
  const [until, setUntil] = useState('');
  const [busy, setBusy] = useState(false);
  const shares = useQuery({
    queryKey: [...keys.record(type, id), 'shares'],
    queryFn: async ({ signal }) => {
      const answer = await get<Share[] | { items: Share[] }>(`/${type}/${id}/shares`, { signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
  });
  const refresh = () => client.invalidateQueries({ queryKey: keys.record(type, id) });

  const run = async (work: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await work();
      await refresh();
      toast({ text: done });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };

  const chosen = typeof person === 'object' && person !== null && 'id' in person ? (person as Reference) : null;
  return (
    <SideDrawer title={t('share.title', { name })} onClose={onClose} size={480}>
      <form
        className="share-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!chosen) return;
          void run(
            () =>
              post(`/${type}/${id}/shares`, {
                [whom]: chosen.id,
                level,
                role: role.trim() || null,
                until: until || null,
              }),
            t('share.done', { name: chosen.name }),
          ).then(() => {
            setPerson(null);
            setRole('');
          });
        }}
      >
        <Segmented
          label={t('share.whom')}
          value={whom}
          options={[
            { value: 'user', label: t('share.user') },
            { value: 'team', label: t('share.team') },
          ]}
          onChange={(next) => {
            setWhom(next);
            setPerson(null);
          }}
        />
        <div className="labelled">
          <span className="exchange-label">{t(`share.${whom}`)}</span>
          <FieldInput
            key={whom}
            field={referenceField(whom === 'user' ? 'users' : 'teams', t(`share.${whom}`))}
            value={person}
            onChange={setPerson}
          />
        </div>
        <Segmented
          label={t('share.level')}
          value={level}
          options={[
            { value: 'read', label: t('share.read') },
            { value: 'edit', label: t('share.edit') },
          ]}
          onChange={setLevel}
        />
        <Labelled label={t('share.role')} htmlFor="share-role" help={t('share.roleHelp')}>
          <TextInput
            id="share-role"
            value={role}
            maxLength={40}
            placeholder={t('share.rolePlaceholder')}
            onChange={(event) => setRole(event.target.value)}
          />
        </Labelled>
        <Labelled label={t('share.until')} htmlFor="share-until" help={t('share.untilHelp')}>
          <DayInput id="share-until" label={t('share.until')} value={until} onChange={setUntil} />
        </Labelled>
        <Button kind="primary" type="submit" busy={busy} disabled={!chosen}>
          {t('share.add')}
        </Button>
      </form>
      {shares.isLoading && <Skeleton lines={3} />}
      {shares.isError && <Failure message={sentence(shares.error)} onRetry={() => void shares.refetch()} />}
      <ul className="access-list">
        {(shares.data ?? []).map((share) => (
          <li key={share.id}>
            <div>
              <p>
                {share.user?.name ?? share.team?.name}{' '}
                <span className="meta">
                  {[
                    share.role,
                    t(`share.${share.level}`),
                    share.until && t('share.untilDate', { date: lastDay(share.until) }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </p>
            </div>
            <IconButton
              icon="close"
              size="small"
              label={t('share.remove', { name: share.user?.name ?? share.team?.name })}
              onClick={() => void run(() => remove(`/${type}/${id}/shares/${share.id}`), t('share.removed'))}
            />
          </li>
        ))}
      </ul>
    </SideDrawer>
  );
}

/** The server keeps the moment after the last day; people say the last day. */
export function lastDay(until: string): string {
  return formatDate(/T/.test(until) ? Date.parse(until) - 1 : until);
}

/** A field made up for a picker outside a record's form. */
export function referenceField(type: string, label: string): Field {
  return {
    name: type,
    kind: 'reference',
    labels: { 'zh-Hans': label, 'zh-Hant': label, en: label },
    required: false,
    readOnly: false,
    custom: false,
    system: false,
    sortable: false,
    filterable: false,
    groupable: false,
    right: 'edit',
    many: false,
    reference: type,
    computed: false,
  };
}
