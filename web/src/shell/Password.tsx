import { type InputHTMLAttributes, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton, TextInput } from '../look/parts';
import './sign-in.css';

/** A password that can be looked at while it is typed. */
export function Password(props: InputHTMLAttributes<HTMLInputElement> & { 'data-autofocus'?: boolean }) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(false);
  return (
    <div className="password">
      <TextInput {...props} type={seen ? 'text' : 'password'} />
      <IconButton
        icon="eye"
        size="small"
        label={seen ? t('signIn.hidePassword') : t('signIn.showPassword')}
        aria-pressed={seen}
        active={seen}
        onClick={() => setSeen(!seen)}
      />
    </div>
  );
}
