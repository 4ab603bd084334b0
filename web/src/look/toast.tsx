import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons';
import './toast.css';

export interface Toast {
  text: string;
  kind?: 'done' | 'error' | 'info';
  /** Offered as 撤销 for as long as the toast stays. */
  undo?: () => void;
  action?: { label: string; run: () => void };
}

interface Shown extends Toast {
  id: number;
}

let shown: Shown[] = [];
let last = 0;
const listeners = new Set<() => void>();

function tell(next: Shown[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  tell(shown.filter((toast) => toast.id !== id));
}

/** One short line at the foot of the page. An error stays longer, since it has to be read. */
export function toast(message: Toast): () => void {
  const id = ++last;
  tell([...shown.slice(-2), { kind: 'done', ...message, id }]);
  setTimeout(() => dismiss(id), message.kind === 'error' ? 8000 : message.undo || message.action ? 6000 : 2500);
  return () => dismiss(id);
}

export function Toasts() {
  const { t } = useTranslation();
  const toasts = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  const box = useRef<HTMLDivElement>(null);
  // In the top layer, and put there anew each time: else a modal dialog that came later would cover it.
  useEffect(() => {
    const element = box.current;
    if (!element?.showPopover) return;
    if (element.matches(':popover-open')) element.hidePopover();
    if (toasts.length > 0) element.showPopover();
  }, [toasts]);
  return (
    <div className="toasts" role="status" aria-live="polite" popover="manual" ref={box}>
      {toasts.map(({ id, text, kind, undo, action }) => (
        <div key={id} className={`toast toast-${kind}`}>
          <Icon name={kind === 'error' ? 'warning' : kind === 'info' ? 'bell' : 'check'} size={16} />
          <span>{text}</span>
          {(undo || action) && (
            <button
              type="button"
              onClick={() => {
                dismiss(id);
                if (undo) undo();
                else action?.run();
              }}
            >
              {undo ? t('undo') : action?.label}
            </button>
          )}
          <button type="button" className="toast-close" aria-label={t('close')} onClick={() => dismiss(id)}>
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
