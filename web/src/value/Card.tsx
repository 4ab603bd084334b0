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
