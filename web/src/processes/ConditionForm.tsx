import { useTranslation } from 'react-i18next';
import { labelOf } from '../language';
import { Select } from '../look/Select';
import { IconButton, TextInput } from '../look/parts';
import { FilterBuilder } from '../records/filter/FilterBuilder';
import { FieldChips } from './FieldChips';
import { type Condition, type ConditionKind, conditionKinds, type Step } from './process';
import { useGateFields } from './useGateFields';

interface ConditionFormProps {
  condition: Condition;
  /** Steps that have begun by then. */
  steps: Step[];
  problem?: string;
  onChange: (part: Partial<Condition> | null) => void;
}

/** One thing a gate asks for. */
export function ConditionForm({ condition, steps, problem, onChange }: ConditionFormProps) {
  const { t } = useTranslation('processes');
  const fields = useGateFields();
  return (
    <div className="process-condition" data-wrong={problem ? true : undefined}>
      <div className="process-line">
        <Select label={t('kind')} value={condition.kind} options={conditionKinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))} onChange={(value) => onChange({ kind: value as ConditionKind, fields: undefined, filter: undefined, step: undefined, document: undefined })} />
        {condition.kind === 'step' && (
          <Select label={t('kinds.step')} value={condition.step ?? ''} options={[{ value: '', label: t('choose') }, ...steps.map((step) => ({ value: step.key, label: step.subject }))]} onChange={(value) => onChange({ step: value })} />
        )}
        {condition.kind === 'document' && (
          <TextInput aria-label={t('kinds.document')} placeholder={t('documentHelp')} value={condition.document ?? ''} maxLength={100} onChange={(event) => onChange({ document: event.target.value })} />
        )}
        <TextInput aria-label={t('label')} placeholder={t('labelHelp')} value={condition.label ?? ''} maxLength={200} onChange={(event) => onChange({ label: event.target.value })} />
        <IconButton size="small" icon="close" label={t('remove')} onClick={() => onChange(null)} />
      </div>
      {condition.kind === 'fields' && (
        <FieldChips
          fields={fields.map(({ name, labels }) => ({ name, label: labelOf(labels, name) }))}
          chosen={condition.fields ?? []}
          onChange={(chosen) => onChange({ fields: chosen })}
        />
      )}
      {condition.kind === 'filter' && fields.length > 0 && (
        <FilterBuilder fields={fields} filter={condition.filter ?? ''} onChange={(filter) => onChange({ filter })} />
      )}
      {problem && <p className="labelled-error">{problem}</p>}
    </div>
  );
}
