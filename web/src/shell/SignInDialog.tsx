import { useTranslation } from 'react-i18next';
import { Dialog } from '../look/Dialog';
import { SignInForm } from './SignInForm';

/** The session ran out while somebody worked: the page behind stays as it is, with every word in it. */
export function SignInDialog({ userName, onDone }: { userName: string; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('signIn.again')} onClose={() => {}} firm width={400}>
      <p className="meta sign-in-note">{t('signIn.kept')}</p>
      <SignInForm userName={userName} onDone={onDone} />
    </Dialog>
  );
}
