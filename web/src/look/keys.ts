import type { KeyboardEvent as ReactKeyboardEvent } from 'react';

type AnyKeyboardEvent = KeyboardEvent | ReactKeyboardEvent;

let composingUntil = 0;

if (typeof document !== 'undefined') {
  // Safari ends the composition before it sends the keydown of the same Enter; the flag outlives it by one task.
  document.addEventListener('compositionend', () => {
    composingUntil = performance.now() + 30;
  });
}

/** Whether the key belongs to an input method that is still composing: then Enter picks a word and means nothing else. */
export function isComposing(event: AnyKeyboardEvent): boolean {
  const native = 'nativeEvent' in event ? event.nativeEvent : event;
  return native.isComposing || native.keyCode === 229 || performance.now() < composingUntil;
}

/** Whether the key was typed into a field, so that single-letter commands must leave it alone. */
export function isTyping(event: AnyKeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true;
  if (target.tagName !== 'INPUT') return false;
  const type = (target as HTMLInputElement).type;
  return !['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'file'].includes(type);
}

/** Ctrl on Windows and Linux, ⌘ on a Mac. */
export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

export function hasCommandKey(event: AnyKeyboardEvent): boolean {
  return isMac ? event.metaKey : event.ctrlKey;
}
