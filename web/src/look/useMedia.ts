import { useSyncExternalStore } from 'react';

/** Whether a media query holds, kept true while the window changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

export const narrowQuery = '(max-width: 640px)';
