import { useTranslation } from 'react-i18next';
import type { Field } from '../../api/types';
import { labelOf } from '../../language';
import { Select } from '../../look/Select';
import { type DraftCondition, withField, withOperator } from './draft';
import { operatorsOf } from './operators';
import { ValueInput } from './ValueInput';

interface ConditionEditorProps {
  fields: readonly Field[];
  condition: DraftCondition;
  onChange: (condition: DraftCondition) => void;
  autoFocus?: boolean;
}

/** Field, operator, value. */
export function ConditionEditor({ fields, condition, onChange, autoFocus }: ConditionEditorProps) {
  const { t } = useTranslation();
  return (
    <div className="filter-condition">
      <Select
        label={t('filter.field')}
        value={condition.field.name}
        options={fields.map((field) => ({ value: field.name, label: labelOf(field.labels, field.name) }))}
        onChange={(value) => {
          const field = fields.find((candidate) => candidate.name === value);
          if (field) onChange(withField(condition, field));
        }}
      />
      <Select
        label={t('filter.operator')}
        value={condition.operator}
        options={operatorsOf(condition.field).map((operator) => ({
          value: operator,
          label: t(`filter.operators.${operator}`),
        }))}
        onChange={(value) => onChange(withOperator(condition, value as DraftCondition['operator']))}
      />
      <div className="filter-value">
        <ValueInput
          condition={condition}
          autoFocus={autoFocus}
          onChange={(values) => onChange({ ...condition, values })}
        />
      </div>
    </div>
  );
}
