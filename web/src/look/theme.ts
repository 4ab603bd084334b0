export type Theme = 'light' | 'dark' | 'system';

const stored = 'guanxi.theme';
const dark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
const listeners = new Set<() => void>();
let chosen: Theme = read();

function read(): Theme {
  try {
    return (localStorage.getItem(stored) as Theme | null) ?? 'system';
  } catch {
    return 'system';
  }
}

export function chosenTheme(): Theme {
  return chosen;
}

/** What is on the screen now. */
export function shownTheme(): 'light' | 'dark' {
  return chosen === 'dark' || (chosen === 'system' && dark?.matches) ? 'dark' : 'light';
}

export function applyTheme(theme: Theme): void {
  chosen = theme;
  try {
    localStorage.setItem(stored, theme);
  } catch {
    // Without storage the choice lasts for this visit.
  }
  document.documentElement.dataset.theme = shownTheme();
  for (const listener of listeners) listener();
}

export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

dark?.addEventListener?.('change', () => {
  if (chosen === 'system') applyTheme('system');
});
