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
import { formatDecimal } from '../look/format';
import { Feelings, NumberOf, Rates, useChoices, WeightTable } from './RulesParts';
import { feelings, type Overview, planes, quadrants, tiers, type ValueSettings } from './value';

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
/** What a change of price and of visits does to purchases, each with its doubt. */
const elasticities = ['priceElasticity', 'priceElasticityError', 'visitElasticity', 'visitElasticityError'] as const;

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
    ...Object.fromEntries([...numbers, ...elasticities].map((name) => [name, String(settings[name])])),
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
    ...Object.fromEntries([...numbers, ...elasticities].map((name) => [name, Number(wanted[name])])),
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
        quadrants: Record<string, number>;
        planes: Record<string, number>;
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
  const name = useChoices('customers', 'value.tier');
  const quadrantName = useChoices('customers', 'value.quadrant');
  const planeName = useChoices('customers', 'value.plane');
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
        <summary>{t('elasticities.title')}</summary>
        <p className="meta">{t('elasticities.what')}</p>
        <fieldset disabled={!may} className="value-numbers">
          {elasticities.map((name) => (
            <NumberOf key={name} name={name} label={t(`elasticities.${name}`)} wanted={wanted} change={change} />
          ))}
        </fieldset>
      </details>
      <details>
        <summary>{t('rates.title')}</summary>
        <p className="meta">{t('rates.what')}</p>
        <Rates rates={settings.activityRates} wanted={wanted} change={change} may={may} />
      </details>
      <div className="value-told">
        <div role="status">
          {preview.error ? (
            <p className="labelled-error">{sentence(preview.error)}</p>
          ) : (
            preview.data && (
              <>
                <p>
                  {preview.data.changed
                    ? t('settings.preview', { count: preview.data.changed, number: preview.data.changed })
                    : t('settings.none')}
                </p>
                <Counts
                  title={t('quadrant.title')}
                  names={quadrants}
                  name={quadrantName}
                  counts={preview.data.quadrants}
                />
                <Counts title={t('plane.title')} names={planes} name={planeName} counts={preview.data.planes} />
                <Counts
                  title={t('settings.classes')}
                  names={Object.keys(preview.data.classes)}
                  name={className}
                  counts={preview.data.classes}
                />
              </>
            )
          )}
          {!may && <p className="meta">{t('settings.only')}</p>}
        </div>
        <div className="value-foot">
          <Button onClick={onClose}>{t('settings.cancel')}</Button>
          {may && (
            <Button kind="primary" type="submit" disabled={apply.isPending || Boolean(preview.error)}>
              {t('settings.apply')}
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}

/** How many customers would be in each part. */
function Counts({
  title,
  names,
  name,
  counts,
}: {
  title: string;
  names: readonly string[];
  name: (value: string) => string;
  counts: Record<string, number>;
}) {
  return (
    <p className="meta value-counts">
      <strong>{title}</strong>
      {names.map((one) => (
        <span key={one}>
          {name(one).replace(/ *[（:：(].*$/, '')} {formatDecimal(counts[one] ?? 0)}
        </span>
      ))}
    </p>
  );
}
