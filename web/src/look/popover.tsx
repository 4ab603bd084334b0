import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Icon, type IconName } from './icons';
import { isComposing } from './keys';
import './popover.css';

interface PopoverProps {
  anchor: HTMLElement | null;
  label: string;
  onClose: () => void;
  children: ReactNode;
  side?: 'below' | 'right' | 'above';
  align?: 'start' | 'end';
  width?: number;
  className?: string;
  role?: 'dialog' | 'menu' | 'listbox';
}

const gap = 4;
const margin = 8;

/** A raised box beside its anchor; closes with Esc or a click elsewhere and gives the focus back. */
export function Popover({
  anchor,
  label,
  onClose,
  children,
  side = 'below',
  align = 'start',
  width,
  className = '',
  role = 'dialog',
}: PopoverProps) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number; maxHeight: number } | null>(null);
  const close = useRef(onClose);
  close.current = onClose;

  const position = useCallback(() => {
    if (!anchor || !box.current) return;
    const from = anchor.getBoundingClientRect();
    const size = box.current.getBoundingClientRect();
    const natural = box.current.scrollHeight;
    let left = side === 'right' ? from.right + gap : align === 'end' ? from.right - size.width : from.left;
    left = Math.max(margin, Math.min(left, innerWidth - size.width - margin));
    const below = innerHeight - from.bottom - gap - margin;
    const above = from.top - gap - margin;
    let top: number;
    let maxHeight: number;
    if (side === 'right') {
      maxHeight = innerHeight - 2 * margin;
      top = Math.max(margin, Math.min(from.top, innerHeight - Math.min(natural, maxHeight) - margin));
    } else if ((side === 'above' && above > 160) || (natural > below && above > below)) {
      maxHeight = above;
      top = from.top - gap - Math.min(natural, above);
    } else {
      maxHeight = below;
      top = from.bottom + gap;
    }
    setPlace((old) =>
      old && old.left === left && old.top === top && old.maxHeight === maxHeight ? old : { left, top, maxHeight },
    );
  }, [anchor, side, align]);

  useLayoutEffect(() => {
    position();
    const watch = new ResizeObserver(position);
    if (box.current) watch.observe(box.current);
    addEventListener('resize', position);
    return () => {
      watch.disconnect();
      removeEventListener('resize', position);
    };
  }, [position]);

  useEffect(() => {
    const back = document.activeElement as HTMLElement | null;
    if (!box.current?.contains(document.activeElement)) {
      const first =
        box.current?.querySelector<HTMLElement>('[data-autofocus]') ??
        box.current?.querySelector<HTMLElement>(
          'input, select, textarea, button:not(:disabled), a[href], [tabindex="0"]',
        );
      (first ?? box.current)?.focus({ preventScroll: true });
    }
    const pressed = (event: PointerEvent) => {
      const target = event.target as Node;
      if (box.current?.contains(target) || anchor?.contains(target)) return;
      // A popover opened from this one is drawn elsewhere in the document but belongs to it.
      const owner = (target as HTMLElement).closest?.('.popover');
      if (owner && box.current && box.current.compareDocumentPosition(owner) & Node.DOCUMENT_POSITION_FOLLOWING) return;
      close.current();
    };
    document.addEventListener('pointerdown', pressed, true);
    return () => {
      document.removeEventListener('pointerdown', pressed, true);
      if (document.activeElement === document.body || document.activeElement === null)
        (anchor ?? back)?.focus({ preventScroll: true });
    };
  }, [anchor]);

  return createPortal(
    <div
      ref={box}
      className={`popover ${className}`}
      role={role}
      aria-label={label}
      tabIndex={-1}
      style={{
        width,
        left: place?.left ?? 0,
        top: place?.top ?? 0,
        maxHeight: place?.maxHeight,
        // Not `visibility`: what is hidden cannot take the focus, and it is given before the place is known.
        opacity: place ? undefined : 0,
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !isComposing(event)) {
          event.stopPropagation();
          event.preventDefault();
          onClose();
          anchor?.focus({ preventScroll: true });
        }
        if (event.key === 'Tab' && box.current) keepFocusInside(event, box.current);
      }}
    >
      {children}
    </div>,
    // What lies outside a modal dialog cannot be reached, so a menu opened in one is drawn in it.
    anchor?.closest('dialog') ?? document.body,
  );
}

const focusable =
  'input:not(:disabled), select:not(:disabled), textarea:not(:disabled), button:not(:disabled):not([tabindex="-1"]), a[href], [tabindex="0"]';

/** Tab goes round within a box instead of leaving it. */
export function keepFocusInside(event: { shiftKey: boolean; preventDefault(): void }, box: HTMLElement): void {
  const items = [...box.querySelectorAll<HTMLElement>(focusable)].filter(
    (item) => item.offsetParent !== null || item === document.activeElement,
  );
  const first = items[0];
  const last = items.at(-1);
  if (!first || !last) return;
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}

export interface MenuItem {
  key: string;
  label: ReactNode;
  icon?: IconName;
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  checked?: boolean;
  onSelect: () => void;
}

export type MenuEntry = MenuItem | { key: string; heading: string } | { key: string; line: true };

interface MenuProps {
  anchor: HTMLElement | null;
  label: string;
  items: MenuEntry[];
  /** Stands above the items, such as what narrows them. */
  head?: ReactNode;
  onClose: () => void;
  align?: 'start' | 'end';
  side?: 'below' | 'right' | 'above';
  width?: number;
}

/** Actions in a list: arrows, Home and End move, Enter acts. */
export function Menu({ anchor, label, items, head, onClose, align, side, width }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  const move = (to: (buttons: HTMLButtonElement[], current: number) => number) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? [])];
    buttons[to(buttons, buttons.indexOf(document.activeElement as HTMLButtonElement))]?.focus();
  };
  return (
    <Popover
      anchor={anchor}
      label={label}
      onClose={onClose}
      align={align}
      side={side}
      width={width}
      role="menu"
      className="menu"
    >
      <div
        ref={list}
        role="presentation"
        onKeyDown={(event) => {
          if (event.target instanceof HTMLInputElement && (event.key === 'Home' || event.key === 'End')) return;
          if (event.key === 'ArrowDown') move((all, at) => (at + 1) % all.length);
          else if (event.key === 'ArrowUp') move((all, at) => (at - 1 + all.length) % all.length);
          else if (event.key === 'Home') move(() => 0);
          else if (event.key === 'End') move((all) => all.length - 1);
          else if (event.key === 'Tab') onClose();
          else return;
          event.preventDefault();
        }}
      >
        {head}
        {items.map((item) =>
          'line' in item ? (
            <hr key={item.key} />
          ) : 'heading' in item ? (
            <div key={item.key} className="menu-heading">
              {item.heading}
            </div>
          ) : (
            <button
              key={item.key}
              type="button"
              role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
              aria-checked={item.checked}
              disabled={item.disabled}
              className={item.danger ? 'menu-danger' : ''}
              onClick={() => {
                onClose();
                item.onSelect();
              }}
            >
              {item.icon && <Icon name={item.icon} size={16} />}
              <span className="ellipsis">{item.label}</span>
              {item.hint && <kbd>{item.hint}</kbd>}
              {item.checked && <Icon name="check" size={16} />}
            </button>
          ),
        )}
      </div>
    </Popover>
  );
}

/** A button that opens a menu. */
export function useAnchor() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return {
    anchor,
    isOpen: anchor !== null,
    open: (element: HTMLElement) => setAnchor((old) => (old === element ? null : element)),
    close: () => setAnchor(null),
  };
}
