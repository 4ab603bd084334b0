import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type InputHTMLAttributes, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { currentLanguage, languageNames, languages, setLanguage } from '../language';
import { Button, Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { Entrance } from './Entrance';
import { Password } from './Password';
import { useSetupNeeded } from './SignInPage';

const currencies = ['CNY', 'HKD', 'TWD', 'USD', 'EUR', 'GBP', 'JPY', 'SGD'];

function zones(): string[] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const all =
    typeof Intl.supportedValuesOf === 'function'
      ? Intl.supportedValuesOf('timeZone')
      : ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei'];
  return [...new Set([own, 'Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei', ...all])];
}

/** A machine set to UTC is a server or an untouched one; its owner is more likely where the language is spoken. */
function likelyZone(): string {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (own && own !== 'UTC') return own;
  return { 'zh-Hans': 'Asia/Shanghai', 'zh-Hant': 'Asia/Taipei', en: 'UTC' }[currentLanguage()];
}

const shortestPassword = 10;

/** The first minutes of a new house: the company, and the first administrator with the one-time key. */
export default function SetupPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [parameters] = useSearchParams();
  const setup = useSetupNeeded();
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [values, setValues] = useState({
    key: parameters.get('key') ?? '',
    company: '',
    timeZone: likelyZone(),
    currency: 'CNY',
    name: '',
    userName: '',
    password: '',
  });
  useEffect(() => {
    document.title = `${t('setup.title')} · ${t('product')}`;
  }, [t]);

  if (setup.data && !setup.data.needed && !busy) return <Navigate to="/sign-in" replace />;

  const set = (name: keyof typeof values) => (event: { target: { value: string } }) => {
    setValues((old) => ({ ...old, [name]: event.target.value }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([field]) => field !== name)));
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = Object.fromEntries(
      Object.entries(values)
        .filter(([, value]) => value.trim() === '')
        .map(([name]) => [name, t('setup.required')]),
    );
    if (!missing.password && values.password.length < shortestPassword)
      missing.password = t('setup.tooShort', { count: shortestPassword });
    setErrors(missing);
    const first = Object.keys(missing)[0];
    if (first) {
      document.getElementById(`setup-${first}`)?.focus();
      return;
    }
    setBusy(true);
    try {
      await post(
        '/setup',
        { ...values, key: values.key.trim(), userName: values.userName.trim(), language: currentLanguage() },
        { quiet401: true },
      );
      client.clear();
      await navigate('/', { replace: true });
    } catch (error) {
      const named =
        error instanceof Problem
          ? Object.entries(error.errors).map(([name, sentences]) => [name, sentences[0] ?? ''])
          : [];
      setErrors(named.length > 0 ? Object.fromEntries(named) : { form: sentence(error) });
      setBusy(false);
      document.getElementById(`setup-${named[0]?.[0] ?? 'key'}`)?.focus();
    }
  };

  const field = (name: keyof typeof values, more: InputHTMLAttributes<HTMLInputElement> = {}, help?: string) => {
    const Input = name === 'password' ? Password : TextInput;
    return (
      <Labelled label={t(`setup.${name}`)} help={help} error={errors[name]} htmlFor={`setup-${name}`}>
        <Input
          id={`setup-${name}`}
          required
          value={values[name]}
          onChange={set(name)}
          aria-invalid={errors[name] ? true : undefined}
          aria-describedby={errors[name] ? `setup-${name}-error` : undefined}
          {...more}
        />
      </Labelled>
    );
  };

  return (
    <Entrance title={t('setup.title')} intro={t('setup.intro')} wide>
      <form className="setup-form" noValidate onSubmit={(event) => void submit(event)}>
        <div className="setup-whole">
          {field('key', { autoFocus: !values.key, spellCheck: false, autoCapitalize: 'none' }, t('setup.keyHelp'))}
        </div>
        <div className="setup-whole">
          {field('company', { autoComplete: 'organization', autoFocus: Boolean(values.key) })}
        </div>
        <Labelled label={t('shell.language')} htmlFor="setup-language">
          <Select
            id="setup-language"
            label={t('shell.language')}
            value={currentLanguage()}
            options={languages.map((value) => ({ value, label: languageNames[value] }))}
            onChange={(language) => void setLanguage(language)}
          />
        </Labelled>
        <Labelled label={t('setup.currency')} htmlFor="setup-currency">
          <Select
            id="setup-currency"
            label={t('setup.currency')}
            value={values.currency}
            options={currencies.map((value) => ({ value, label: value }))}
            onChange={(currency) => setValues((old) => ({ ...old, currency }))}
          />
        </Labelled>
        <div className="setup-whole">
          <Labelled label={t('setup.timeZone')} htmlFor="setup-timeZone">
            <Select
              id="setup-timeZone"
              label={t('setup.timeZone')}
              value={values.timeZone}
              options={zones().map((value) => ({ value, label: value }))}
              onChange={(timeZone) => setValues((old) => ({ ...old, timeZone }))}
            />
          </Labelled>
        </div>
        {field('name', { autoComplete: 'name' })}
        {field('userName', { autoComplete: 'username', autoCapitalize: 'none', spellCheck: false })}
        <div className="setup-whole">
          {field('password', { autoComplete: 'new-password' }, t('setup.passwordHelp'))}
        </div>
        <div className="setup-whole setup-end">
          <div role="alert" className="labelled-error">
            {errors.form}
          </div>
          <Button kind="primary" type="submit" busy={busy}>
            {t('setup.submit')}
          </Button>
        </div>
      </form>
    </Entrance>
  );
}
