import type { ReactNode } from 'react';

/** A piece of the page with its title, what it says, and what one can do about it. */
export function Card({
  title,
  what,
  action,
  children,
}: {
  title: string;
  what?: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="value-card">
      <header>
        <h2>{title}</h2>
        {action}
      </header>
      {what && <p className="meta">{what}</p>}
      {children}
    </section>
  );
}

/** A table wider than its card: what scrolls must be reachable without a mouse. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="value-scroll" tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}
