import { type RefObject, useMemo } from 'react';
import { useNavigate } from 'react-router';
import { usePageCommands } from '../shell/overlays';

/** Marks a row that J and K reach; Enter on it opens `to`. */
export const rowsOf = (to: string) => ({ 'data-row': to, tabIndex: -1 }) as const;

/** J and K, or the arrows, walk over the rows of a page; Enter opens, X finishes, S puts off. */
export function useRowKeys(page: RefObject<HTMLElement | null>): void {
  const navigate = useNavigate();
  const commands = useMemo(() => {
    const rows = () => [...(page.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const current = (all: HTMLElement[]) => all.findIndex((row) => row.contains(document.activeElement));
    const move = (step: number) => () => {
      const all = rows();
      if (all.length === 0) return;
      const at = current(all);
      const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step))];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
    };
    const press = (which: 'first' | 'last') => () => {
      const all = rows();
      const buttons = all[current(all)]?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)');
      (which === 'first' ? buttons?.[0] : buttons?.[buttons.length - 1])?.click();
    };
    return {
      j: move(1),
      ArrowDown: move(1),
      k: move(-1),
      ArrowUp: move(-1),
      x: press('first'),
      s: press('last'),
      Enter: (event: KeyboardEvent) => {
        const row = (event.target as HTMLElement | null)?.closest?.('[data-row]');
        const own = event.target instanceof HTMLElement && event.target.closest<HTMLElement>('a, button');
        if (own) own.click();
        else if (row) void navigate(row.getAttribute('data-row')!);
      },
    };
  }, [page, navigate]);
  usePageCommands(commands);
}
