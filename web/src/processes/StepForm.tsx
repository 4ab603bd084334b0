import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { useRecordType } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { labelOf } from '../language';
import { Select } from '../look/Select';
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
        <Select label={t('role')} value={step.role ?? ''} options={[{ value: '', label: t('dealOwner') }, ...roles.map(({ value, name }) => ({ value, label: name }))]} onChange={(value) => onChange({ role: value || undefined })} />
        <Select label={t('team')} value={step.team ?? ''} options={[{ value: '', label: t('anyTeam') }, ...teams.map(({ value, name }) => ({ value, label: name }))]} onChange={(value) => onChange({ team: value || undefined })} />
        <label className="process-hours">
          <TextInput type="number" min={1} max={8760} value={step.hours ?? 24} onChange={(event) => onChange({ hours: Number(event.target.value) })} />
          {t('hours')}
        </label>
        <IconButton size="small" icon="close" label={t('remove')} onClick={() => onChange(null)} />
      </div>
      <FieldChips label={t('shows')} fields={[{ name: 'lines', label: t('lines') }, { name: 'files', label: t('files') }, ...named]} chosen={step.shows ?? []} onChange={(shows) => onChange({ shows })} />
      <FieldChips label={t('fills')} fields={named.filter(({ name }) => fields.some((field) => field.name === name && !field.readOnly))} chosen={step.fills ?? []} onChange={(fills) => onChange({ fills })} />
      <div className="process-chips">
        <span className="meta">{t('escalation')}</span>
        {chain.map((level, at) => (
          <span key={at} className="process-chip">
            <TextInput type="number" aria-label={t('after')} min={0} value={level.hours} onChange={(event) => onChange({ escalation: replaced(chain, at, { hours: Number(event.target.value) }) })} />
            {t('after')}
            <Select label={t('tell')} value={level.to} options={[{ value: 'manager', label: t('manager') }, { value: 'above', label: t('above') }, ...roles.map(({ value, name }) => ({ value, label: name }))]} onChange={(value) => onChange({ escalation: replaced(chain, at, { to: value }) })} />
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
