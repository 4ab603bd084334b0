import { useTranslation } from 'react-i18next';
import { useRecordType } from '../api/queries';
import { labelOf } from '../language';
import { formatDecimal } from '../look/format';
import { Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { feelings, percent, type ValueSettings } from './value';

export function NumberOf({
  name,
  label,
  wanted,
  change,
}: {
  name: string;
  label: string;
  wanted: Record<string, string>;
  change: (name: string, value: string) => void;
}) {
  return (
    <Labelled label={label} htmlFor={`value-${name}`}>
      <TextInput
        id={`value-${name}`}
        inputMode="decimal"
        value={wanted[name] ?? ''}
        onChange={(event) => change(name, event.target.value)}
      />
    </Labelled>
  );
}

/** What each of the four scores is made of, with what is missing of it and how many customers would be high. */
export function WeightTable({
  weights,
  wanted,
  change,
  may,
  preview,
  missing,
}: {
  weights: Record<string, Record<string, number>>;
  wanted: Record<string, string>;
  change: (name: string, value: string) => void;
  may: boolean;
  preview?: Record<string, [number, number]>;
  missing: Record<string, number>;
}) {
  const { t } = useTranslation('value');
  return Object.entries(weights).map(([score, factors]) => {
    const sum = Object.values(factors).reduce((a, b) => a + b, 0);
    const lacks = Object.entries(factors).reduce((a, [name, weight]) => a + (weight * (missing[name] ?? 0)) / 100, 0);
    return (
      <fieldset key={score} disabled={!may} className="value-weights">
        <legend>
          {t(`weights.${score}`)}{' '}
          <span className={Math.abs(sum - 100) > 0.001 ? 'labelled-error' : 'meta'}>
            {t('weights.sum', { sum: formatDecimal(sum), missing: percent(lacks) })}
            {preview?.[score] && ` · ${t('weights.high', { now: preview[score][0], wanted: preview[score][1] })}`}
          </span>
        </legend>
        <div className="value-numbers">
          {Object.keys(factors).map((factor) => (
            <Labelled key={factor} label={t(`weights.factors.${factor}`)} htmlFor={`weight-${score}-${factor}`}>
              <TextInput
                id={`weight-${score}-${factor}`}
                inputMode="decimal"
                title={t('weights.lacks', { share: percent(missing[factor] ?? 0) })}
                value={wanted[`${score}.${factor}`] ?? ''}
                onChange={(event) => change(`${score}.${factor}`, event.target.value)}
              />
            </Labelled>
          ))}
        </div>
      </fieldset>
    );
  });
}

/** Where satisfaction and trust come from, and for how many customers nothing is known of them. */
export function Feelings({
  wanted,
  change,
  may,
  missing,
}: {
  wanted: Record<string, string>;
  change: (name: string, value: string) => void;
  may: boolean;
  missing: Record<string, number>;
}) {
  const { t } = useTranslation('value');
  const fields = (useRecordType('customers').data?.fields ?? []).filter(
    ({ name, kind, sensitive }) =>
      ['number', 'integer', 'rating'].includes(kind) && !sensitive && !name.startsWith('value.'),
  );
  const number = (name: string) => (
    <NumberOf key={name} name={name} label={t(`feelings.${name}`)} wanted={wanted} change={change} />
  );
  return (
    <>
      {feelings.map(({ name, field, numbers }) => (
        <fieldset key={name} disabled={!may} className="value-weights">
          <legend>
            {t(`feelings.${name}`)}{' '}
            {missing[name] !== undefined && (
              <span className="meta">{t('feelings.missing', { share: percent(missing[name]) })}</span>
            )}
          </legend>
          <Labelled label={t('feelings.field')} htmlFor={`value-${field}`}>
            <Select
              id={`value-${field}`}
              label={t('feelings.field')}
              value={wanted[field] ?? ''}
              options={[
                { value: '', label: t('feelings.none') },
                ...fields.map((one) => ({ value: one.name, label: labelOf(one.labels, one.name) })),
              ]}
              onChange={(value) => change(field, value)}
            />
          </Labelled>
          <div className="value-numbers">
            {numbers.filter((one) => wanted[field] || !/Worst|Best/.test(one)).map(number)}
          </div>
        </fieldset>
      ))}
      <fieldset disabled={!may} className="value-weights">
        {number('goodFrom')}
      </fieldset>
    </>
  );
}

/** The words of a choice's values. */
export function useChoices(type: string, field: string) {
  const choices = useRecordType(type).data?.fields.find(({ name }) => name === field)?.choices ?? [];
  return (value: string) => labelOf(choices.find((choice) => choice.value === value)?.labels, value);
}

/** What an hour costs, and how long an activity takes whose end was not written. */
export function Rates({
  rates,
  wanted,
  change,
  may,
}: {
  rates: ValueSettings['activityRates'];
  wanted: Record<string, string>;
  change: (name: string, value: string) => void;
  may: boolean;
}) {
  const { t } = useTranslation('value');
  const kindName = useChoices('activities', 'kind');
  const columns = { hourlyRate: t('rates.hourly'), minutes: t('rates.minutes') };
  return (
    <table className="value-rates">
      <thead>
        <tr>
          <td />
          <th scope="col">{columns.hourlyRate}</th>
          <th scope="col">{columns.minutes}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(rates).map(([kind, rate]) => (
          <tr key={kind}>
            <th scope="row">{kindName(kind)}</th>
            {(['hourlyRate', 'minutes'] as const).map((part) => (
              <td key={part}>
                <TextInput
                  aria-label={`${kindName(kind)} ${columns[part]}`}
                  inputMode="decimal"
                  disabled={!may}
                  value={wanted[`${part}.${kind}`] ?? String(rate[part])}
                  onChange={(event) => change(`${part}.${kind}`, event.target.value)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
