import { useTranslation } from 'react-i18next';
import { useDirectory } from '../admin/directory';
import { Icon } from '../look/icons';
import type { Chain, Signer } from './chains';

/** What a signer is called: "his manager", a role, a name. */
export function useSignerName(): (signer: Signer) => string {
  const { t } = useTranslation('settings');
  const roles = useDirectory('roles').data ?? [];
  const people = useDirectory('users').data ?? [];
  return (signer) =>
    signer.kind === 'person'
      ? String(people.find(({ id }) => id === signer.person)?.name ?? t('chains.choosePerson'))
      : signer.kind === 'role'
        ? String(roles.find(({ key }) => key === signer.role)?.name ?? signer.role ?? '')
        : t(`chains.kinds.${signer.kind}`, { level: signer.level ?? 1 });
}

/** The steps of a chain in one line, each with who signs. */
export function SignerWords({ chain }: { chain: Chain }) {
  const { t } = useTranslation('settings');
  const name = useSignerName();
  return (
    <span className="settings-steps">
      {chain.steps.map((step, at) => (
        <span key={step.key}>
          {at > 0 && <Icon name="right" size={16} />}
          <span className="settings-step" title={step.name}>
            {step.who.map(name).join(step.mode === 'all' ? t('chains.and') : t('chains.or'))}
            {step.hours ? <span className="meta"> {t('chains.within', { hours: step.hours })}</span> : null}
          </span>
        </span>
      ))}
    </span>
  );
}
