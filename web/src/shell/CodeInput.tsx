import { type InputHTMLAttributes } from 'react';
import { TextInput } from '../look/parts';

/** A code of six digits, as phones know to offer from their keyboard. */
export function CodeInput(props: InputHTMLAttributes<HTMLInputElement>) {
  return (
    <TextInput
      inputMode="numeric"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      className="code-input"
      {...props}
    />
  );
}
