import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, patch, put } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import type { RecordType } from '../api/types';
import { labelOf } from '../language';
import { Button, Failure, Segmented, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { qualityKeys, type QualityRules } from './quality';

interface Sources {
  order: string[];
  fields: Record<string, string[]>;
}

/** Weights by class, days a value is believed, how often the base is gone over, and which source is believed first. */
export function RulesForm() {
  const rules = useQuery({ queryKey: qualityKeys.rules, queryFn: ({ signal }) => get<QualityRules>('/quality/rules', { signal }) });
  const sources = useQuery({ queryKey: qualityKeys.sources, queryFn: ({ signal }) => get<Sources>('/sources', { signal }) });
  const customers = useRecordType('customers').data;
  const contacts = useRecordType('contacts').data;
  const failure = rules.error ?? sources.error;
  if (failure) return <Failure message={sentence(failure)} onRetry={() => void Promise.all([rules.refetch(), sources.refetch()])} />;
  return rules.data && sources.data && customers && contacts ? (
    <Form kept={rules.data} sources={sources.data} types={[customers, contacts]} />
  ) : (
    <Skeleton lines={8} />
  );
}

function Form({ kept, sources, types }: { kept: QualityRules; sources: Sources; types: RecordType[] }) {
  const { t } = useTranslation('quality');
  const client = useQueryClient();
  const [rules, setRules] = useState(kept);
  const [order, setOrder] = useState(sources.order.join('\n'));
  const [byField, setByField] = useState(
    Object.entries(sources.fields)
      .map(([field, names]) => `${field}: ${names.join(', ')}`)
      .join('\n'),
  );
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await patch<QualityRules>('/quality/rules', rules);
      const lines = (text: string, by: RegExp | string) => text.split(by).map((part) => part.trim()).filter(Boolean);
      await put('/sources', {
        order: lines(order, '\n'),
        fields: Object.fromEntries(
          lines(byField, '\n').map((line) => [line.split(/[:：]/)[0]!.trim(), lines(line.split(/[:：]/)[1] ?? '', /[,，]/)]),
        ),
      });
      toast({ text: t('rules.saved') });
      void client.invalidateQueries({ queryKey: qualityKeys.all });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    setBusy(false);
  };
  return (
    <div className="quality-rules">
      <section>
        <h2>{t('rules.every')}</h2>
        <Segmented
          label={t('rules.every')}
          value={rules.every}
          options={(['day', 'week', 'off'] as const).map((value) => ({ value, label: t(`rules.${value}`) }))}
          onChange={(every) => setRules({ ...rules, every })}
        />
      </section>
      {types.map((type) => (
        <TypeRules key={type.type} type={type} rules={rules} onChange={setRules} />
      ))}
      <section>
        <h2>{t('rules.sources')}</h2>
        <p className="meta">{t('rules.sourcesHint')}</p>
        <div className="quality-sources">
          <label>
            {t('rules.order')}
            <textarea className="text-input" rows={5} value={order} onChange={(event) => setOrder(event.target.value)} />
          </label>
          <label>
            {t('rules.byField')}
            <textarea className="text-input" rows={5} value={byField} onChange={(event) => setByField(event.target.value)} />
          </label>
        </div>
      </section>
      <Button kind="primary" busy={busy} onClick={() => void save()}>
        {t('rules.save')}
      </Button>
    </div>
  );
}

function TypeRules({ type, rules, onChange }: { type: RecordType; rules: QualityRules; onChange: (rules: QualityRules) => void }) {
  const { t } = useTranslation('quality');
  const levels = type.fields.find(({ name }) => name === 'level')?.choices ?? [];
  const weights = rules.weights[type.type] ?? {};
  const days = rules.days[type.type] ?? {};
  const classes = ['*', ...levels.map(({ value }) => value)];
  const fields = type.fields.filter((field) => !field.system && !field.computed && (!field.readOnly || field.name === 'owner') && field.kind !== 'longText');
  const number = (text: string, most: number) => Math.min(most, Number(text.replace(/\D/g, '')) || 0);
  const weigh = (name: string, field: string, text: string) => {
    const of = { ...(weights[name] ?? (text === '' ? {} : weights['*'])), [field]: number(text, 10) };
    onChange({ ...rules, weights: { ...rules.weights, [type.type]: { ...weights, [name]: of } } });
  };
  return (
    <section>
      <h2>{t('rules.of', { noun: labelOf(type.labels, type.type) })}</h2>
      <p className="meta">{t('rules.weightsHint')}</p>
      <div className="quality-table">
        <table>
          <thead>
            <tr>
              <th />
              {classes.map((name) => (
                <th key={name}>{name === '*' ? t('rules.others') : labelOf(levels.find(({ value }) => value === name)?.labels, name)}</th>
              ))}
              <th>{t('rules.days')}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field.name}>
                <th scope="row">{labelOf(field.labels, field.name)}</th>
                {classes.map((name) => (
                  <td key={name}>
                    <TextInput
                      aria-label={`${labelOf(field.labels, field.name)} ${name}`}
                      inputMode="numeric"
                      placeholder={name === '*' || weights[name] ? '' : String(weights['*']?.[field.name] ?? '')}
                      value={weights[name]?.[field.name] || ''}
                      onChange={(event) => weigh(name, field.name, event.target.value)}
                    />
                  </td>
                ))}
                <td>
                  <TextInput
                    aria-label={`${labelOf(field.labels, field.name)} ${t('rules.days')}`}
                    inputMode="numeric"
                    value={days[field.name] || ''}
                    onChange={(event) =>
                      onChange({
                        ...rules,
                        days: { ...rules.days, [type.type]: { ...days, [field.name]: number(event.target.value, 3650) } },
                      })
                    }
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
