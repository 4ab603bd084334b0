import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { useRecordType } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { labelOf } from '../language';
import { Button, IconButton, TextInput } from '../look/parts';
import { FieldChips } from './FieldChips';
import { replaced, type Step } from './process';

/** What somebody, mostly of another department, owes while a deal is in a stage. */
export function StepForm({ step, problem, onChange }: { step: Step; problem?: string; onChange: (part: Partial<Step> | null) => void }) {
  const { t } = useTranslation('processes');
  const deals = useRecordType('deals').data;
  const roles = useNames('roles', 'key');
  const teams = useNames('teams', 'id');
  const fields = (deals?.fields ?? []).filter((field) => !field.system && !field.retired);
  const named = fields.map((field) => ({ name: field.name, label: labelOf(field.labels, field.name) }));
  const chain = step.escalation ?? [];
  return (
    <div className="process-condition" data-wrong={problem ? true : undefined}>
      <div className="process-line">
        <TextInput aria-label={t('subject')} placeholder={t('subject')} value={step.subject} maxLength={200} onChange={(event) => onChange({ subject: event.target.value })} />
        <select className="text-input" aria-label={t('role')} value={step.role ?? ''} onChange={(event) => onChange({ role: event.target.value || undefined })}>
          <option value="">{t('dealOwner')}</option>
          {roles.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <select className="text-input" aria-label={t('team')} value={step.team ?? ''} onChange={(event) => onChange({ team: event.target.value || undefined })}>
          <option value="">{t('anyTeam')}</option>
          {teams.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <label className="process-hours">
          <TextInput type="number" min={1} max={8760} value={step.hours ?? 24} onChange={(event) => onChange({ hours: Number(event.target.value) })} />
          {t('hours')}
        </label>
        <IconButton size="small" icon="close" label={t('remove')} onClick={() => onChange(null)} />
      </div>
      <FieldChips label={t('shows')} fields={[{ name: 'lines', label: t('lines') }, ...named]} chosen={step.shows ?? []} onChange={(shows) => onChange({ shows })} />
      <FieldChips label={t('fills')} fields={named.filter(({ name }) => fields.some((field) => field.name === name && !field.readOnly))} chosen={step.fills ?? []} onChange={(fills) => onChange({ fills })} />
      <div className="process-chips">
        <span className="meta">{t('escalation')}</span>
        {chain.map((level, at) => (
          <span key={at} className="process-chip">
            <TextInput type="number" aria-label={t('after')} min={0} value={level.hours} onChange={(event) => onChange({ escalation: replaced(chain, at, { hours: Number(event.target.value) }) })} />
            {t('after')}
            <select aria-label={t('tell')} value={level.to} onChange={(event) => onChange({ escalation: replaced(chain, at, { to: event.target.value }) })}>
              <option value="manager">{t('manager')}</option>
              <option value="above">{t('above')}</option>
              {roles.map(({ value, name }) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
            <IconButton size="small" icon="close" label={t('remove')} onClick={() => onChange({ escalation: replaced(chain, at, null) })} />
          </span>
        ))}
        <Button kind="ghost" icon="plus" onClick={() => onChange({ escalation: [...chain, { hours: 8, to: chain.length === 0 ? 'manager' : 'above' }] })}>
          {t('addLevel')}
        </Button>
      </div>
      {problem && <p className="labelled-error">{problem}</p>}
    </div>
  );
}

function useNames(type: string, value: 'id' | 'key'): { value: string; name: string }[] {
  const { data } = useQuery({
    queryKey: ['records', type, 'names'],
    queryFn: ({ signal }) => get<{ items: AnyRecord[] }>(`/${type}`, { signal, query: { limit: 200 } }),
    retry: false,
  });
  return (data?.items ?? []).map((item) => ({ value: String(item[value]), name: String(item.name) }));
}
