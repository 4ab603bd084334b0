import type { ReactNode } from 'react';

/** A table in a box that scrolls sideways on a phone, a tall one also down, and by the keyboard. */
export function TableRegion({ label, tall, children }: { label: string; tall?: boolean; children: ReactNode }) {
  return (
    // What scrolls must be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={tall ? 'admin-table admin-scroll' : 'admin-table'} role="region" tabIndex={0} aria-label={label}>
      <table>{children}</table>
    </div>
  );
}
