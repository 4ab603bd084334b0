import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, patch, post } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import { Dialog } from '../look/Dialog';
import { Select } from '../look/Select';
import { Button, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { useSettled } from '../records/fields/hits';
import { useRecordType } from '../api/queries';
import { labelOf } from '../language';
import { formatDecimal } from '../look/format';
import { feelings, type Overview, percent, tiers, type ValueSettings } from './value';

const ranks = ['current', 'model', 'historical', 'revenue'] as const;
const numbers = [
  'horizonMonths',
  'discountRate',
  'usualMargin',
  'currentCut',
  'potentialCut',
  'investmentCut',
  'profitCut',
  'highFrom',
  'riskBelow',
] as const;

/** The rules of the tiers, with what a change would do before it is done. */
export function RulesDialog({ onClose, onApplied }: { onClose: () => void; onApplied: () => void }) {
  const { t } = useTranslation('value');
  const { may } = useSession();
  const settings = useQuery({
    queryKey: ['value', 'settings'],
    queryFn: ({ signal }) => get<ValueSettings>('/value/settings', { signal }),
    staleTime: 0,
  });
  return (
    <Dialog title={t('settings.title')} onClose={onClose} width={560}>
      {settings.error && <Failure message={sentence(settings.error)} />}
      {settings.data ? (
        <Form settings={settings.data} may={may('settings.manage')} onClose={onClose} onApplied={onApplied} />
      ) : (
        !settings.error && <Skeleton lines={6} />
      )}
    </Dialog>
  );
}

function Form({
  settings,
  may,
  onClose,
  onApplied,
}: {
  settings: ValueSettings;
  may: boolean;
  onClose: () => void;
  onApplied: () => void;
}) {
  const { t } = useTranslation('value');
  const [wanted, setWanted] = useState<Record<string, string>>(() => ({
    rankBy: settings.rankBy,
    goodFrom: String(settings.goodFrom),
    ...Object.fromEntries(
      feelings.flatMap(({ field, numbers }) => [
        [field, settings[field] ?? ''],
        ...numbers.map((name) => [name, String(settings[name])]),
      ]),
    ),
    ...Object.fromEntries(numbers.map((name) => [name, String(settings[name])])),
    ...Object.fromEntries(settings.tiers.map((share, i) => [`tier${i}`, String(share)])),
    ...Object.fromEntries(
      Object.entries(settings.weights).flatMap(([score, factors]) =>
        Object.entries(factors).map(([factor, weight]) => [`${score}.${factor}`, String(weight)]),
      ),
    ),
  }));
  const change = (name: string, value: string) => setWanted((before) => ({ ...before, [name]: value }));
  const shares = [0, 1, 2].map((i) => Number(wanted[`tier${i}`]));
  const body = {
    rankBy: wanted.rankBy,
    tiers: shares,
    goodFrom: Number(wanted.goodFrom),
    ...Object.fromEntries(
      feelings.flatMap(({ field, numbers }) => [
        [field, wanted[field] || null],
        ...numbers.map((name) => [name, Number(wanted[name])]),
      ]),
    ),
    ...Object.fromEntries(numbers.map((name) => [name, Number(wanted[name])])),
    weights: Object.fromEntries(
      Object.entries(settings.weights).map(([score, factors]) => [
        score,
        Object.fromEntries(Object.keys(factors).map((factor) => [factor, Number(wanted[`${score}.${factor}`])])),
      ]),
    ),
    activityRates: Object.fromEntries(
      Object.entries(settings.activityRates).map(([kind, rate]) => [
        kind,
        {
          hourlyRate: Number(wanted[`hourlyRate.${kind}`] ?? rate.hourlyRate),
          minutes: Number(wanted[`minutes.${kind}`] ?? rate.minutes),
        },
      ]),
    ),
  };
  const asked = useSettled(JSON.stringify(body), 120);
  const preview = useQuery({
    queryKey: ['value', 'preview', asked],
    queryFn: ({ signal }) =>
      post<{
        changed: number;
        tiers: Record<string, number>;
        classes: Record<string, number>;
        scores?: Record<string, [number, number]>;
      }>('/value:preview', JSON.parse(asked), { signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const overview = useQuery({
    queryKey: ['value', 'whole'],
    queryFn: ({ signal }) => get<Overview>('/value', { signal }),
  });
  const missing = overview.data?.report?.missing ?? {};
  const apply = useMutation({
    mutationFn: () => patch('/value/settings', body),
    onSuccess: onApplied,
    onError: (error) => toast({ text: sentence(error), kind: 'error' }),
  });
  const kindName = useChoices('activities', 'kind');
  const name = useChoices('customers', 'value.tier');
  const className = useChoices('customers', 'value.class');
  const rest = 100 - shares.reduce((sum, share) => sum + share, 0);
  return (
    <form
      className="value-rules"
      onSubmit={(event) => {
        event.preventDefault();
        apply.mutate();
      }}
    >
      <fieldset disabled={!may}>
        <legend>{t('settings.tiers')}</legend>
        <div className="value-sliders">
          {tiers.map((tier, i) => (
            <label key={tier}>
              <span>{name(tier)}</span>
              {i < 3 ? (
                <>
                  <input
                    type="range"
                    min="0.5"
                    max="50"
                    step="0.5"
                    value={wanted[`tier${i}`]}
                    onChange={(event) => change(`tier${i}`, event.target.value)}
                  />
                  <TextInput
                    aria-label={`${name(tier)} %`}
                    inputMode="decimal"
                    value={wanted[`tier${i}`] ?? ''}
                    onChange={(event) => change(`tier${i}`, event.target.value)}
                  />
                </>
              ) : (
                <span className="meta">
                  {Number.isFinite(rest) && t('settings.rest', { share: Number(rest.toFixed(2)) })}
                </span>
              )}
              <output>{preview.data && formatDecimal(preview.data.tiers[tier] ?? 0)}</output>
            </label>
          ))}
        </div>
        <Labelled label={t('settings.rankBy')} htmlFor="value-rank">
          <Select
            id="value-rank"
            label={t('settings.rankBy')}
            value={wanted.rankBy ?? ''}
            options={ranks.map((rank) => ({ value: rank, label: t(`settings.rank.${rank}`) }))}
            onChange={(value) => change('rankBy', value)}
          />
        </Labelled>
        <div className="value-numbers">
          {numbers.map((name) => (
            <NumberOf key={name} name={name} label={t(`settings.${name}`)} wanted={wanted} change={change} />
          ))}
        </div>
      </fieldset>
      <details>
        <summary>{t('weights.title')}</summary>
        <p className="meta">{t('weights.what')}</p>
        <WeightTable
          weights={body.weights}
          wanted={wanted}
          change={change}
          may={may}
          preview={preview.data?.scores}
          missing={missing}
        />
      </details>
      <details>
        <summary>{t('feelings.title')}</summary>
        <p className="meta">{t('feelings.what')}</p>
        <Feelings wanted={wanted} change={change} may={may} missing={missing} />
      </details>
      <details>
        <summary>{t('rates.title')}</summary>
        <p className="meta">{t('rates.what')}</p>
        <div className="value-rates">
          {Object.entries(settings.activityRates).map(([kind, rate]) => (
            <div key={kind}>
              <span>{kindName(kind)}</span>
              {(['hourlyRate', 'minutes'] as const).map((part) => (
                <TextInput
                  key={part}
                  aria-label={`${kindName(kind)} ${t(part === 'hourlyRate' ? 'rates.hourly' : 'rates.minutes')}`}
                  title={t(part === 'hourlyRate' ? 'rates.hourly' : 'rates.minutes')}
                  inputMode="decimal"
                  disabled={!may}
                  value={wanted[`${part}.${kind}`] ?? String(rate[part])}
                  onChange={(event) => change(`${part}.${kind}`, event.target.value)}
                />
              ))}
            </div>
          ))}
        </div>
      </details>
      <p role="status" className={preview.error ? 'labelled-error' : 'meta'}>
        {preview.error
          ? sentence(preview.error)
          : preview.data &&
            (preview.data.changed
              ? t('settings.preview', { count: preview.data.changed, number: preview.data.changed })
              : t('settings.none'))}
        {preview.data &&
          !preview.error &&
          ` ${Object.entries(preview.data.classes)
            .map(([name, count]) => `${className(name)} ${formatDecimal(count)}`)
            .join(' · ')}`}
        {!may && ` ${t('settings.only')}`}
      </p>
      <div className="value-foot">
        <Button onClick={onClose}>{t('settings.cancel')}</Button>
        {may && (
          <Button kind="primary" type="submit" disabled={apply.isPending || Boolean(preview.error)}>
            {t('settings.apply')}
          </Button>
        )}
      </div>
    </form>
  );
}

/** What each of the four scores is made of, with what is missing of it and how many customers would be high. */
function NumberOf({
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

function WeightTable({
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
function Feelings({
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
function useChoices(type: string, field: string) {
  const choices = useRecordType(type).data?.fields.find(({ name }) => name === field)?.choices ?? [];
  return (value: string) => labelOf(choices.find((choice) => choice.value === value)?.labels, value);
}
