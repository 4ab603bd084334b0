import type { ReactNode } from 'react';

/** A table in a box that scrolls sideways on a phone, and by the keyboard. */
export function TableRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // What scrolls must be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="admin-table" role="region" tabIndex={0} aria-label={label}>
      <table>{children}</table>
    </div>
  );
}
