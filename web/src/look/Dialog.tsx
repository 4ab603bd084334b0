import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './parts';
import './dialog.css';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the foot, the main one last. */
  footer?: ReactNode;
  width?: number;
  /** Asked when the person must answer: no click beside it closes it. */
  firm?: boolean;
  className?: string;
}

/** A modal question over the page, on the browser's own dialog: focus stays inside and returns by itself. */
export function Dialog({ title, onClose, children, footer, width = 480, firm = false, className = '' }: DialogProps) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = useRef(onClose);
  close.current = onClose;

  useEffect(() => {
    const element = dialog.current;
    const back = document.activeElement as HTMLElement | null;
    if (element && !element.open) element.showModal();
    element?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      element?.close();
      back?.focus?.({ preventScroll: true });
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      style={{ width }}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!firm) close.current();
      }}
      onPointerDown={(event) => {
        if (!firm && event.target === dialog.current) close.current();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="dialog-box">
        <header>
          <h2 id={id}>{title}</h2>
          {!firm && <IconButton icon="close" label={t('close')} onClick={onClose} />}
        </header>
        <div className="dialog-body">{children}</div>
        {footer && <footer>{footer}</footer>}
      </div>
    </dialog>
  );
}
