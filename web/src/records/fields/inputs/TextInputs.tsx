import { Input } from 'antd';
import type { KeyboardEvent } from 'react';
import { hasCommandKey, isComposing } from '../../../look/keys';
import { inputAttributes, type KindInputProps } from './input';

const typeOf: Record<string, string> = { email: 'email', phone: 'tel', link: 'url' };

export function TextInput(props: KindInputProps) {
  const { field, value, onChange, commit, cancel } = props;
  return (
    <Input
      {...inputAttributes(props as KindInputProps<never>)}
      // `type=email` would strip what a Chinese input method types before it is meant; the keyboard hint is enough.
      inputMode={(typeOf[field.kind] as 'email' | 'tel' | 'url' | undefined) ?? 'text'}
      autoComplete="off"
      spellCheck={false}
      value={typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value)}
      maxLength={field.maxLength ?? undefined}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => onLineKey(event, commit, cancel)}
      onBlur={commit}
    />
  );
}

export function LongTextInput(props: KindInputProps) {
  const { field, value, onChange, commit, cancel } = props;
  return (
    <Input.TextArea
      {...inputAttributes(props as KindInputProps<never>)}
      // antd's own growing writes a style attribute as text, which the policy refuses; CSS does it.
      rows={3}
      className="field-growing"
      value={typeof value === 'string' ? value : ''}
      maxLength={field.maxLength ?? undefined}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (isComposing(event)) return;
        if (event.key === 'Enter' && hasCommandKey(event)) commit();
        if (event.key === 'Escape') cancel();
      }}
      onBlur={commit}
    />
  );
}

/** Enter means the value, Esc takes it back, but never while an input method is composing. */
export function onLineKey(event: KeyboardEvent, commit: () => void, cancel: () => void): void {
  if (isComposing(event)) return;
  if (event.key === 'Enter') commit();
  if (event.key === 'Escape') cancel();
}
