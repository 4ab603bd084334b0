import { useTranslation } from 'react-i18next';
import { labelOf } from '../language';
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
        <select
          className="text-input"
          aria-label={t('kind')}
          value={condition.kind}
          onChange={(event) =>
            onChange({ kind: event.target.value as ConditionKind, fields: undefined, filter: undefined, step: undefined, document: undefined })
          }
        >
          {conditionKinds.map((kind) => (
            <option key={kind} value={kind}>
              {t(`kinds.${kind}`)}
            </option>
          ))}
        </select>
        {condition.kind === 'step' && (
          <select className="text-input" aria-label={t('kinds.step')} value={condition.step ?? ''} onChange={(event) => onChange({ step: event.target.value })}>
            <option value="">{t('choose')}</option>
            {steps.map((step) => (
              <option key={step.key} value={step.key}>
                {step.subject}
              </option>
            ))}
          </select>
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
