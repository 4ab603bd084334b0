import { Drawer } from 'antd';
import type { ReactNode } from 'react';

/**
 * antd locks the page's scrolling with a style element that carries no nonce when a drawer hangs in the body, and the
 * policy reports it. Our page does not scroll as a whole, so the drawer hangs in a holder of its own and locks nothing.
 */
function holder(): HTMLElement {
  const found = document.getElementById('drawers');
  if (found) return found;
  const made = document.createElement('div');
  made.id = 'drawers';
  document.body.append(made);
  return made;
}

interface SideDrawerProps {
  title: ReactNode;
  /** Pixels; a phone shows it over the whole width. */
  size?: number;
  footer?: ReactNode;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

/** Forms and long lists over the right edge of the page. */
export function SideDrawer({ title, size = 560, footer, className, onClose, children }: SideDrawerProps) {
  return (
    <Drawer
      open
      getContainer={holder}
      size={size}
      className={`side-drawer ${className ?? ''}`}
      title={title}
      footer={footer}
      onClose={onClose}
      styles={{ wrapper: { maxWidth: '100vw' } }}
    >
      {children}
    </Drawer>
  );
}
