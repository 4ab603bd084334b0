import { useTranslation } from 'react-i18next';
import type { Field } from '../../api/types';
import { labelOf } from '../../language';
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
      <select
        className="text-input"
        aria-label={t('filter.field')}
        value={condition.field.name}
        onChange={(event) => {
          const field = fields.find((candidate) => candidate.name === event.target.value);
          if (field) onChange(withField(condition, field));
        }}
      >
        {fields.map((field) => (
          <option key={field.name} value={field.name}>
            {labelOf(field.labels, field.name)}
          </option>
        ))}
      </select>
      <select
        className="text-input"
        aria-label={t('filter.operator')}
        value={condition.operator}
        onChange={(event) => onChange(withOperator(condition, event.target.value as DraftCondition['operator']))}
      >
        {operatorsOf(condition.field).map((operator) => (
          <option key={operator} value={operator}>
            {t(`filter.operators.${operator}`)}
          </option>
        ))}
      </select>
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
