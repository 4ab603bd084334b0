import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, patch } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { Button, Checkbox, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { AdminPage } from './AdminPage';
import { useDirectory } from './directory';

interface Policy {
  idleMinutes: number;
  absoluteHours: number;
  stepUpMinutes: number;
  longestTokenDays: number;
  secondFactorRoles: string[];
  networks: Record<string, string[]>;
  /** Of whoever asks, so that nobody locks himself out unawares. */
  address: string;
}

const policyKey = ['sign-in', 'policy'];

/** What signing in asks for: second factors, networks, how long a session lasts. */
export function SignInPolicyPage() {
  const policy = useQuery({ queryKey: policyKey, queryFn: ({ signal }) => get<Policy>('/sign-in/policy', { signal }) });
  if (policy.isError) return <Failure message={sentence(policy.error)} onRetry={() => void policy.refetch()} />;
  if (!policy.data) return <Skeleton lines={8} />;
  return <Form key={policy.dataUpdatedAt} policy={policy.data} />;
}

const limits = [
  ['idleMinutes', 5, 43_200],
  ['absoluteHours', 1, 2_160],
  ['stepUpMinutes', 1, 120],
  ['longestTokenDays', 0, 3_650],
] as const;

function Form({ policy }: { policy: Policy }) {
  const { t } = useTranslation('security');
  const client = useQueryClient();
  const roles = useDirectory('roles').data ?? [];
  const [numbers, setNumbers] = useState(() =>
    Object.fromEntries(limits.map(([name]) => [name, String(policy[name])])),
  );
  const [second, setSecond] = useState(new Set(policy.secondFactorRoles));
  const [networks, setNetworks] = useState<Record<string, string>>(() =>
    Object.fromEntries(Object.entries(policy.networks).map(([role, lines]) => [role, lines.join('\n')])),
  );
  const [errors, setErrors] = useState<Record<string, string[]>>({});
  const [busy, setBusy] = useState(false);

  const save = async () => {
    setBusy(true);
    setErrors({});
    try {
      const saved = await patch<Policy>('/sign-in/policy', {
        ...Object.fromEntries(limits.map(([name]) => [name, Number(numbers[name])])),
        secondFactorRoles: [...second],
        networks: Object.fromEntries(
          Object.entries(networks)
            .map(([role, text]) => [role, text.split(/[\s,;，；]+/).filter(Boolean)] as const)
            .filter(([, lines]) => lines.length > 0),
        ),
      });
      client.setQueryData(policyKey, saved);
      toast({ text: t('policy.saved') });
    } catch (error) {
      if (error instanceof Problem) setErrors(error.errors);
      toast({ text: sentence(error), kind: 'error' });
    }
    setBusy(false);
  };

  return (
    <AdminPage
      name="signIn"
      actions={
        <Button kind="primary" busy={busy} onClick={() => void save()}>
          {t('save')}
        </Button>
      }
    >
      <section className="panel admin-form" aria-labelledby="policy-second">
        <h2 id="policy-second">{t('policy.second')}</h2>
        <p className="meta">{t('policy.secondHelp')}</p>
        <div className="admin-functions">
          {roles.map((role) => (
            <Checkbox
              key={role.id}
              label={String(role.name)}
              checked={second.has(role.id)}
              onChange={(event) =>
                setSecond((old) => {
                  const next = new Set(old);
                  if (event.target.checked) next.add(role.id);
                  else next.delete(role.id);
                  return next;
                })
              }
            />
          ))}
        </div>
      </section>
      <section className="panel admin-form" aria-labelledby="policy-sessions">
        <h2 id="policy-sessions">{t('policy.sessions')}</h2>
        {limits.map(([name, least, most]) => (
          <Labelled
            key={name}
            label={t(`policy.${name}`)}
            htmlFor={`policy-${name}`}
            help={t(`policy.${name}Help`)}
            error={errors[name]?.join(' ')}
          >
            <TextInput
              id={`policy-${name}`}
              className="admin-short"
              type="number"
              min={least}
              max={most}
              value={numbers[name]}
              onChange={(event) => setNumbers((old) => ({ ...old, [name]: event.target.value }))}
            />
          </Labelled>
        ))}
      </section>
      <section className="panel admin-form" aria-labelledby="policy-networks">
        <h2 id="policy-networks">{t('policy.networks')}</h2>
        <p className="meta">{t('policy.networksHelp', { address: policy.address })}</p>
        {errors.networks && (
          <p role="alert" className="labelled-error">
            {errors.networks.join(' ')}
          </p>
        )}
        {roles.map((role) => (
          <Labelled key={role.id} label={String(role.name)} htmlFor={`networks-${role.id}`}>
            <textarea
              id={`networks-${role.id}`}
              className="text-input admin-lines admin-short"
              rows={2}
              placeholder={t('policy.everywhere')}
              spellCheck={false}
              value={networks[role.id] ?? ''}
              onChange={(event) => setNetworks((old) => ({ ...old, [role.id]: event.target.value }))}
            />
          </Labelled>
        ))}
      </section>
    </AdminPage>
  );
}
