import { useTranslation } from 'react-i18next';
import { labelOf } from '../../language';
import { Select } from '../../look/Select';
import { formatDate } from '../../look/format';
import { Checkbox, Chip, Segmented, TextInput } from '../../look/parts';
import { ReferencePicker } from '../../look/ReferencePicker';
import type { DraftCondition } from './draft';
import { inputOf, isRelative, periods } from './operators';
import { useReferenceNames, useRememberName } from './referenceNames';

interface ValueInputProps {
  condition: DraftCondition;
  onChange: (values: string[]) => void;
  autoFocus?: boolean;
}

/** The value of a condition, in the form its field and operator ask for. */
export function ValueInput({ condition, onChange, autoFocus }: ValueInputProps) {
  const { t } = useTranslation();
  const { field, operator, values } = condition;
  const label = `${labelOf(field.labels, field.name)}: ${t('filter.value')}`;
  const toggle = (value: string) =>
    onChange(values.includes(value) ? values.filter((old) => old !== value) : [...values, value]);
  switch (inputOf(field, operator)) {
    case 'none':
      return null;
    case 'text':
    case 'number':
      return (
        <TextInput
          aria-label={label}
          type={field.kind === 'time' ? 'time' : 'text'}
          inputMode={inputOf(field, operator) === 'number' ? 'decimal' : undefined}
          autoFocus={autoFocus}
          data-autofocus={autoFocus || undefined}
          value={values[0] ?? ''}
          onChange={(event) => {
            const typed = event.target.value;
            if (inputOf(field, operator) === 'number' && !/^-?\d*\.?\d*$/.test(typed)) return;
            onChange(typed === '' ? [] : [typed]);
          }}
        />
      );
    case 'choices':
      return (
        <fieldset className="filter-choices">
          <legend className="visually-hidden">{label}</legend>
          {(field.choices ?? [])
            .filter((choice) => !choice.retired || values.includes(choice.value))
            .map((choice, index) => (
              <label key={choice.value} className="checkbox">
                <input
                  type="checkbox"
                  data-autofocus={(autoFocus && index === 0) || undefined}
                  checked={values.includes(choice.value)}
                  onChange={() => toggle(choice.value)}
                />
                <Chip color={choice.color}>{labelOf(choice.labels, choice.value)}</Chip>
              </label>
            ))}
        </fieldset>
      );
    case 'references':
      return <References condition={condition} toggle={toggle} label={label} autoFocus={autoFocus} />;
    case 'period':
      return <Period value={values[0] ?? ''} label={label} onChange={(value) => onChange(value ? [value] : [])} />;
    case 'date':
      return <Moment value={values[0] ?? ''} label={label} onChange={(value) => onChange(value ? [value] : [])} />;
  }
}

interface ReferencesProps {
  condition: DraftCondition;
  toggle: (id: string) => void;
  label: string;
  autoFocus?: boolean;
}

function References({ condition, toggle, label, autoFocus }: ReferencesProps) {
  const { t } = useTranslation();
  const rememberName = useRememberName();
  const nameOf = useReferenceNames(condition);
  const type = condition.field.reference ?? '';
  return (
    <div>
      {(condition.values.length > 0 || type === 'users') && (
        <div className="filter-picked">
          {type === 'users' && (
            <Checkbox label={t('filter.me')} checked={condition.values.includes('me')} onChange={() => toggle('me')} />
          )}
          {condition.values
            .filter((id) => id !== 'me')
            .map((id) => (
              <Checkbox key={id} label={nameOf(type, id)} checked onChange={() => toggle(id)} />
            ))}
        </div>
      )}
      <ReferencePicker
        type={type}
        label={label}
        autoFocus={autoFocus}
        selected={condition.values}
        onToggle={(id, name) => {
          rememberName(condition.field, id, name);
          toggle(id);
        }}
      />
    </div>
  );
}

interface OneProps {
  value: string;
  label: string;
  onChange: (value: string) => void;
}

function Period({ value, label, onChange }: OneProps) {
  const { t } = useTranslation();
  const known = (periods as readonly string[]).includes(value);
  const fixed = value !== '' && !known;
  return (
    <div className="filter-moment">
      <Select
        label={label}
        value={fixed ? 'fixed' : value}
        data-autofocus
        options={[
          ...periods.map((period) => ({ value: period, label: t(`filter.periods.${period}`) })),
          { value: 'fixed', label: t('filter.pickDate') },
        ]}
        onChange={(value) => onChange(value === 'fixed' ? formatDate(new Date()) : value)}
      />
      {fixed && (
        <TextInput
          type="date"
          aria-label={t('filter.pickDate')}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}

const units = ['d', 'w', 'm', 'y'] as const;

function Moment({ value, label, onChange }: OneProps) {
  const { t } = useTranslation();
  const relative = value === '' || isRelative(value);
  const match = /^(\w+?)(?:([+-])(\d+)([dwmyh]))?$/.exec(value || 'today');
  const sign = match?.[2] ?? '-';
  const count = match?.[3] ?? '0';
  const unit = match?.[4] ?? 'd';
  const compose = (newSign: string, newCount: string, newUnit: string) =>
    onChange(Number(newCount) === 0 ? 'today' : `today${newSign}${Number(newCount)}${newUnit}`);
  return (
    <div className="filter-moment">
      <Segmented
        label={label}
        value={relative ? 'relative' : 'fixed'}
        options={[
          { value: 'relative', label: t('filter.relative') },
          { value: 'fixed', label: t('filter.fixed') },
        ]}
        onChange={(kind) => onChange(kind === 'fixed' ? formatDate(new Date()) : 'today')}
      />
      {relative ? (
        <div className="filter-relative">
          <TextInput
            aria-label={label}
            inputMode="numeric"
            data-autofocus
            value={count}
            onChange={(event) => /^\d{0,4}$/.test(event.target.value) && compose(sign, event.target.value || '0', unit)}
          />
          <Select
            label={t('filter.operator')}
            value={`${sign}${unit}`}
            options={['-', '+'].flatMap((one) =>
              units.map((name) => ({
                value: one + name,
                label: t(one === '-' ? 'filter.unitAgo' : 'filter.unitAhead', { unit: t(`filter.units.${name}`) }),
              })),
            )}
            onChange={(value) => compose(value[0]!, count === '0' ? '1' : count, value[1]!)}
          />
        </div>
      ) : (
        <TextInput
          type="date"
          aria-label={label}
          value={value.slice(0, 10)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}
