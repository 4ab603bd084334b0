import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, patch } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys } from '../api/queries';
import { languageNames, languages } from '../language';
import { Select } from '../look/Select';
import { Button, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { currencies } from '../records/fields/money';
import { AdminPage } from './AdminPage';

interface Settings {
  name: string;
  language: string;
  timeZone: string;
  currency: string;
}

type Answer = { companyName: string; language: string; timeZone: string; currency: string };

const settingsKey = ['settings'];

export function CompanyPage() {
  const settings = useQuery({ queryKey: settingsKey, queryFn: ({ signal }) => get<Answer>('/settings', { signal }) });
  if (settings.isError) return <Failure message={sentence(settings.error)} onRetry={() => void settings.refetch()} />;
  if (!settings.data) return <Skeleton lines={5} />;
  return <Form answer={settings.data} />;
}

/** The company's own name, language, time zone and currency: what new people and records start with. */
function Form({ answer }: { answer: Answer }) {
  const { t } = useTranslation('admin');
  const client = useQueryClient();
  const before: Settings = {
    name: answer.companyName ?? '',
    language: answer.language ?? 'zh-Hans',
    timeZone: answer.timeZone ?? 'Asia/Shanghai',
    currency: answer.currency ?? 'CNY',
  };
  const [settings, setSettings] = useState(before);
  const [errors, setErrors] = useState<Record<string, string[]>>({});
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Settings>) => setSettings((old) => ({ ...old, ...part }));
  const isChanged = (Object.keys(before) as (keyof Settings)[]).some((key) => before[key] !== settings[key]);

  const save = async () => {
    setBusy(true);
    setErrors({});
    const { name, ...rest } = settings;
    try {
      await patch('/settings', { companyName: name.trim(), ...rest });
      void client.invalidateQueries({ queryKey: settingsKey });
      void client.invalidateQueries({ queryKey: keys.me });
      toast({ text: t('company.saved') });
    } catch (error) {
      if (error instanceof Problem) setErrors(error.errors);
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };

  return (
    <AdminPage
      name="company"
      actions={
        <Button kind="primary" busy={busy} disabled={!isChanged} onClick={() => void save()}>
          {t('save')}
        </Button>
      }
    >
      <section className="panel admin-form">
        <Labelled label={t('company.name')} htmlFor="company-name" error={errors.companyName?.join(' ')}>
          <TextInput
            id="company-name"
            className="admin-short"
            value={settings.name}
            maxLength={100}
            onChange={(event) => change({ name: event.target.value })}
          />
        </Labelled>
        <Labelled label={t('company.language')} htmlFor="company-language" help={t('company.languageHelp')}>
          <Select
            id="company-language"
            className="admin-short"
            label={t('company.language')}
            value={settings.language}
            options={languages.map((language) => ({ value: language, label: languageNames[language] }))}
            onChange={(value) => change({ language: value })}
          />
        </Labelled>
        <Labelled
          label={t('company.timeZone')}
          htmlFor="company-zone"
          help={t('company.timeZoneHelp')}
          error={errors.timeZone?.join(' ')}
        >
          <TextInput
            id="company-zone"
            className="admin-short"
            list="time-zones"
            value={settings.timeZone}
            onChange={(event) => change({ timeZone: event.target.value })}
          />
        </Labelled>
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Labelled label={t('company.currency')} htmlFor="company-currency" help={t('company.currencyHelp')}>
          <Select
            id="company-currency"
            className="admin-short"
            label={t('company.currency')}
            value={settings.currency}
            options={[...new Set([settings.currency, ...currencies])].map((currency) => ({
              value: currency,
              label: currency,
            }))}
            onChange={(value) => change({ currency: value })}
          />
        </Labelled>
      </section>
    </AdminPage>
  );
}
