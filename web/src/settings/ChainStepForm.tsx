import { useTranslation } from 'react-i18next';
import { useDirectory } from '../admin/directory';
import type { Field } from '../api/types';
import { Button, Checkbox, IconButton, Segmented, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { FilterBuilder } from '../records/filter/FilterBuilder';
import { type ChainStep, type Signer, type SignerKind, signerOf } from './chains';
import { withItem } from './useSettings';

const signerKinds: readonly SignerKind[] = ['manager', 'managers', 'role', 'person', 'chosen'];
const levels = Array.from({ length: 10 }, (_, at) => String(at + 1));

interface StepProps {
  step: ChainStep;
  number: number;
  fields: readonly Field[];
  onChange: (part: Partial<ChainStep> | null) => void;
  onMove?: () => void;
}

/** One step: who signs, whether one of them is enough, how long they have, and what then. */
export function ChainStepForm({ step, number, fields, onChange, onMove }: StepProps) {
  const { t } = useTranslation('settings');
  return (
    <section className="panel admin-form" aria-label={step.name}>
      <div className="settings-line">
        <span className="settings-number">{number}</span>
        <TextInput className="settings-grow" aria-label={t('chains.stepName')} value={step.name} maxLength={60} onChange={(event) => onChange({ name: event.target.value })} />
        {onMove && <IconButton icon="up" size="small" label={t('chains.moveUp')} onClick={onMove} />}
        <IconButton icon="trash" size="small" label={t('remove')} onClick={() => onChange(null)} />
      </div>
      {step.who.map((signer, at) => (
        <SignerLine key={at} signer={signer} onChange={(part) => onChange({ who: part ? step.who.map((item, index) => (index === at ? part : item)) : withItem(step.who, at, null) })} />
      ))}
      <div className="settings-line">
        <Button kind="ghost" icon="plus" onClick={() => onChange({ who: [...step.who, { kind: 'manager', level: 1 }] })}>
          {t('chains.addSigner')}
        </Button>
        {step.who.length + Number(step.who.some(({ kind }) => kind === 'role')) > 1 && (
          <Segmented
            label={t('chains.mode')}
            value={step.mode ?? 'any'}
            options={[
              { value: 'any', label: t('chains.any') },
              { value: 'all', label: t('chains.all') },
            ]}
            onChange={(mode) => onChange({ mode })}
          />
        )}
      </div>
      <div className="settings-line">
        <Checkbox label={t('chains.limited')} checked={step.hours !== undefined} onChange={(event) => onChange(event.target.checked ? { hours: 24, onTimeout: 'remind' } : { hours: undefined, onTimeout: undefined, escalateTo: undefined })} />
        {step.hours !== undefined && (
          <>
            <TextInput className="settings-short" type="number" min={1} max={8760} aria-label={t('chains.hours')} value={step.hours} onChange={(event) => onChange({ hours: Math.max(1, Number(event.target.value)) })} />
            <span className="meta">{t('chains.hours')}</span>
            <Select
              label={t('chains.onTimeout')}
              value={step.onTimeout ?? 'remind'}
              options={(['remind', 'escalate', 'approve', 'reject'] as const).map((value) => ({ value, label: t(`chains.timeouts.${value}`) }))}
              onChange={(onTimeout) => onChange({ onTimeout, escalateTo: undefined })}
            />
          </>
        )}
      </div>
      <Checkbox label={t('chains.onlyWhen')} checked={step.when !== undefined} onChange={(event) => onChange({ when: event.target.checked ? '' : undefined })} />
      {step.when !== undefined && fields.length > 0 && <FilterBuilder fields={fields} filter={step.when} onChange={(when) => onChange({ when })} />}
    </section>
  );
}

function SignerLine({ signer, onChange }: { signer: Signer; onChange: (signer: Signer | null) => void }) {
  const { t } = useTranslation('settings');
  const roles = (useDirectory('roles').data ?? []).map((role) => ({ value: String(role.key), label: String(role.name) }));
  const people = (useDirectory('users').data ?? []).filter((person) => person.active !== false).map((person) => ({ value: person.id, label: String(person.name) }));
  return (
    <div className="settings-line">
      <Select label={t('chains.signer')} value={signer.kind} options={signerKinds.map((value) => ({ value, label: t(`chains.pick.${value}`) }))} onChange={(kind) => onChange(signerOf(kind, roles))} />
      {(signer.kind === 'manager' || signer.kind === 'managers') && (
        <Select label={t('chains.level')} value={String(signer.level ?? 1)} options={levels.map((value) => ({ value, label: t(`chains.levels.${signer.kind}`, { level: value }) }))} onChange={(level) => onChange({ ...signer, level: Number(level) })} />
      )}
      {signer.kind === 'role' && (
        <>
          <Select label={t('chains.pick.role')} value={signer.role ?? ''} options={roles} onChange={(role) => onChange({ ...signer, role })} />
          <Checkbox label={t('chains.near')} checked={signer.near === true} onChange={(event) => onChange({ ...signer, near: event.target.checked || undefined })} />
        </>
      )}
      {signer.kind === 'person' && <Select label={t('chains.pick.person')} value={signer.person ?? ''} options={[{ value: '', label: t('chains.choosePerson') }, ...people]} onChange={(person) => onChange({ ...signer, person: person || undefined })} />}
      <IconButton icon="close" size="small" label={t('remove')} onClick={() => onChange(null)} />
    </div>
  );
}
