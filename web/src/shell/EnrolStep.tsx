import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Step } from '../api/signIn';
import { Skeleton } from '../look/parts';

const AuthenticatorSetup = lazy(() => import('../account/AuthenticatorSetup'));
const RecoveryCodes = lazy(() => import('../account/RecoveryCodes'));

/** The role asks for a second factor: it is set up here, before anything else. */
export function EnrolStep({ onStep }: { onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const [done, setDone] = useState<Step | null>(null);
  return (
    <Suspense fallback={<Skeleton lines={6} />}>
      {done ? (
        <RecoveryCodes codes={done.recoveryCodes ?? []} onKept={() => onStep(done)} />
      ) : (
        <>
          <p className="sign-in-note">{t('signIn.enrolIntro')}</p>
          <AuthenticatorSetup
            withPasskey
            onDone={(step) => ((step.recoveryCodes?.length ?? 0) > 0 ? setDone(step) : onStep(step))}
          />
        </>
      )}
    </Suspense>
  );
}
