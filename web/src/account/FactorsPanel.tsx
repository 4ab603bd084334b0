import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { formatDate } from '../look/format';
import { Button, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import RecoveryCodes from './RecoveryCodes';
import { type Security, useForget } from './security';

const AuthenticatorSetup = lazy(() => import('./AuthenticatorSetup'));
const fewCodes = 3;

/** The second factor: an authenticator app, and recovery codes for the day it is lost. */
export function FactorsPanel({ security }: { security: Security }) {
  const { t } = useTranslation('security');
  const forget = useForget();
  const [setting, setSetting] = useState(false);
  const [codes, setCodes] = useState<string[]>([]);
  const anySecond = security.authenticatorSince !== null || security.passkeys.length > 0;

  const run = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    forget();
  };

  return (
    <section className="panel" aria-labelledby="factors-title">
      <div className="account-head">
        <h2 id="factors-title">{t('authenticator.title')}</h2>
        {security.authenticatorSince ? (
          <Button
            onClick={() =>
              void run(async () => {
                await remove('/me/security/authenticator');
                toast({ text: t('authenticator.removed') });
              })
            }
          >
            {t('authenticator.remove')}
          </Button>
        ) : (
          <Button icon="plus" onClick={() => setSetting(true)}>
            {t('authenticator.add')}
          </Button>
        )}
      </div>
      <p className="meta">
        {security.authenticatorSince
          ? t('authenticator.since', { day: formatDate(security.authenticatorSince) })
          : t('authenticator.purpose')}
      </p>
      {security.secondFactorNeeded && <p className="meta">{t('authenticator.needed')}</p>}
      {anySecond && (
        <ul className="account-list">
          <li>
            <span>
              <span>{t('recovery.title')}</span>
              <span className={security.recoveryCodesLeft < fewCodes ? 'labelled-error' : 'meta'}>
                {t('recovery.left', { count: security.recoveryCodesLeft })}
              </span>
            </span>
            <Button
              onClick={() =>
                void run(async () =>
                  setCodes((await post<{ recoveryCodes: string[] }>('/me/security/recovery-codes')).recoveryCodes),
                )
              }
            >
              {t('recovery.renew')}
            </Button>
          </li>
        </ul>
      )}
      {setting && (
        <Dialog title={t('authenticator.add')} onClose={() => setSetting(false)} width={420}>
          <Suspense fallback={<Skeleton lines={6} />}>
            <AuthenticatorSetup
              onDone={(step) => {
                setSetting(false);
                setCodes(step.recoveryCodes ?? []);
                toast({ text: t('authenticator.added') });
                forget();
              }}
            />
          </Suspense>
        </Dialog>
      )}
      {codes.length > 0 && (
        <Dialog title={t('recovery.title')} firm onClose={() => setCodes([])}>
          <RecoveryCodes codes={codes} onKept={() => setCodes([])} />
        </Dialog>
      )}
    </section>
  );
}
