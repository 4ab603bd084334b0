import { type RefObject, useEffect, useRef, useSyncExternalStore } from 'react';
import { hasCommandKey, isComposing, isTyping } from '../look/keys';

export type Overlay = 'palette' | 'help' | null;

let shown: Overlay = null;
const listeners = new Set<() => void>();

function show(next: Overlay): void {
  shown = next;
  for (const listener of listeners) listener();
}

export const openPalette = () => show('palette');
export const openHelp = () => show('help');
export const closeOverlay = () => show(null);

export function useOverlay(): Overlay {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}

/** Whether single letters are commands now: nothing modal is open and nobody is typing. */
export function isCommandMoment(event: KeyboardEvent): boolean {
  return (
    !isComposing(event) &&
    !isTyping(event) &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey &&
    shown === null &&
    !document.querySelector('dialog[open], .popover, .ant-modal-wrap:not([style*="display: none"]), .ant-drawer-open')
  );
}

type Command = (event: KeyboardEvent) => void;
type Commands = Partial<Record<string, Command>>;
const pageCommands: RefObject<Commands>[] = [];

/** Commands of the page on top; the shell's own come after them. */
export function usePageCommands(commands: Commands): void {
  const latest = useRef(commands);
  latest.current = commands;
  useEffect(() => {
    pageCommands.push(latest);
    return () => {
      pageCommands.splice(pageCommands.indexOf(latest), 1);
    };
  }, []);
}

export function useShellKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      if (hasCommandKey(event) && event.key.toLowerCase() === 'k' && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        show(shown === 'palette' ? null : 'palette');
        return;
      }
      if (!isCommandMoment(event)) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      for (const commands of pageCommands.toReversed()) {
        const command = commands.current[key];
        if (command) {
          event.preventDefault();
          command(event);
          return;
        }
      }
      if (key === '/') {
        event.preventDefault();
        show('palette');
      } else if (key === '?') {
        event.preventDefault();
        show('help');
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
