import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { Select } from '../look/Select';
import { Button, Checkbox, Labelled, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { useDirectory } from './directory';

export interface Provider {
  id: string;
  key: string;
  name: string;
  issuer: string;
  clientId: string;
  hasSecret: boolean;
  scopes: string;
  linkByEmail: boolean;
  createsPeople: boolean;
  role: string | null;
  domains: string[];
  secondFactor: boolean;
  active: boolean;
}

const words = ['name', 'issuer', 'clientId', 'clientSecret', 'scopes', 'domains'] as const;
const flags = ['linkByEmail', 'createsPeople', 'secondFactor', 'active'] as const;

/** A provider's settings. Its secret is only ever written: an empty box keeps the one there is. */
export function ProviderDialog({ provider, onClose }: { provider: Provider | null; onClose: () => void }) {
  const { t } = useTranslation('security');
  const roles = (useDirectory('roles').data ?? []).filter((role) => role.key !== 'administrator');
  const [values, setValues] = useState<Record<(typeof words)[number] | 'role', string>>({
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    clientSecret: '',
    scopes: provider?.scopes ?? 'openid profile email',
    domains: provider?.domains.join(' ') ?? '',
    role: provider?.role ?? '',
  });
  const [on, setOn] = useState<Record<(typeof flags)[number], boolean>>({
    linkByEmail: provider?.linkByEmail ?? false,
    createsPeople: provider?.createsPeople ?? false,
    secondFactor: provider?.secondFactor ?? false,
    active: provider?.active ?? true,
  });
  const [errors, setErrors] = useState<Record<string, string[]>>({});
  const [busy, setBusy] = useState(false);

  const save = async () => {
    setBusy(true);
    setErrors({});
    const { clientSecret, domains, role, ...rest } = values;
    const body = {
      ...rest,
      ...on,
      role: role || null,
      domains: domains.split(/[\s,;，；]+/).filter(Boolean),
      ...(clientSecret ? { clientSecret } : {}),
    };
    try {
      await (provider ? patch(`/sign-in/providers/${provider.id}`, body) : post('/sign-in/providers', body));
      toast({ text: t('providers.saved') });
      onClose();
      return;
    } catch (error) {
      if (error instanceof Problem) setErrors(error.errors);
      toast({ text: sentence(error), kind: 'error' });
    }
    setBusy(false);
  };

  return (
    <Dialog
      title={t(provider ? 'providers.edit' : 'providers.add')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} onClick={() => void save()}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="admin-form">
        {words.map((name) => (
          <Labelled
            key={name}
            label={t(`providers.${name}`)}
            htmlFor={`provider-${name}`}
            help={
              name === 'clientSecret' && provider?.hasSecret ? t('providers.secretKept') : t(`providers.${name}Help`)
            }
            error={errors[name]?.join(' ')}
          >
            <TextInput
              id={`provider-${name}`}
              type={name === 'clientSecret' ? 'password' : 'text'}
              autoComplete={name === 'clientSecret' ? 'new-password' : 'off'}
              spellCheck={false}
              value={values[name]}
              onChange={(event) => setValues((old) => ({ ...old, [name]: event.target.value }))}
            />
          </Labelled>
        ))}
        {flags.map((name) => (
          <Checkbox
            key={name}
            label={t(`providers.${name}`)}
            checked={on[name]}
            onChange={(event) => setOn((old) => ({ ...old, [name]: event.target.checked }))}
          />
        ))}
        {on.createsPeople && (
          <Labelled label={t('providers.role')} htmlFor="provider-role" error={errors.role?.join(' ')}>
            <Select
              id="provider-role"
              label={t('providers.role')}
              value={values.role}
              options={[
                { value: '', label: t('providers.chooseRole') },
                ...roles.map((role) => ({ value: role.id, label: String(role.name) })),
              ]}
              onChange={(value) => setValues((old) => ({ ...old, role: value }))}
            />
          </Labelled>
        )}
      </div>
    </Dialog>
  );
}
