import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, patch, post } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import { Dialog } from '../look/Dialog';
import { Button, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { useSettled } from '../records/fields/hits';
import { useRecordType } from '../api/queries';
import { labelOf } from '../language';
import { formatDecimal } from '../look/format';
import { tiers, type ValueSettings } from './value';

const ranks = ['current', 'model', 'historical', 'revenue'] as const;
const numbers = [
  'horizonMonths',
  'discountRate',
  'usualMargin',
  'currentCut',
  'potentialCut',
  'investmentCut',
  'profitCut',
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
    ...Object.fromEntries(numbers.map((name) => [name, String(settings[name])])),
    ...Object.fromEntries(settings.tiers.map((share, i) => [`tier${i}`, String(share)])),
  }));
  const change = (name: string, value: string) => setWanted((before) => ({ ...before, [name]: value }));
  const shares = [0, 1, 2].map((i) => Number(wanted[`tier${i}`]));
  const body = {
    rankBy: wanted.rankBy,
    tiers: shares,
    ...Object.fromEntries(numbers.map((name) => [name, Number(wanted[name])])),
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
      post<{ changed: number; tiers: Record<string, number> }>('/value:preview', JSON.parse(asked), { signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const apply = useMutation({
    mutationFn: () => patch('/value/settings', body),
    onSuccess: onApplied,
    onError: (error) => toast({ text: sentence(error), kind: 'error' }),
  });
  const kindName = useChoices('activities', 'kind');
  const name = useChoices('customers', 'value.tier');
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
          <select
            id="value-rank"
            className="text-input"
            value={wanted.rankBy}
            onChange={(event) => change('rankBy', event.target.value)}
          >
            {ranks.map((rank) => (
              <option key={rank} value={rank}>
                {t(`settings.rank.${rank}`)}
              </option>
            ))}
          </select>
        </Labelled>
        <div className="value-numbers">
          {numbers.map((name) => (
            <Labelled key={name} label={t(`settings.${name}`)} htmlFor={`value-${name}`}>
              <TextInput
                id={`value-${name}`}
                inputMode="decimal"
                value={wanted[name] ?? ''}
                onChange={(event) => change(name, event.target.value)}
              />
            </Labelled>
          ))}
        </div>
      </fieldset>
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

/** The words of a choice's values. */
function useChoices(type: string, field: string) {
  const choices = useRecordType(type).data?.fields.find(({ name }) => name === field)?.choices ?? [];
  return (value: string) => labelOf(choices.find((choice) => choice.value === value)?.labels, value);
}
