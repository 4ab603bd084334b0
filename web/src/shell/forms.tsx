import { Suspense, useSyncExternalStore } from 'react';
import type { AnyRecord, Values } from '../api/types';
import { lazyWithAntd } from '../look/lazyWithAntd';

const RecordForm = lazyWithAntd(() => import('../records/form/RecordForm'));

export interface FormRequest {
  type: string;
  id?: string;
  initial?: Values;
  onSaved?: (record: AnyRecord) => void;
}

let request: FormRequest | null = null;
const listeners = new Set<() => void>();

function set(next: FormRequest | null): void {
  request = next;
  for (const listener of listeners) listener();
}

/** Opens the form drawer over whatever page is shown. */
export function openForm(next: FormRequest): void {
  set(next);
}

/** Fetches the drawer before it is asked for, so that the first C or E opens at once. */
export function preloadForm(): void {
  void import('../look/AntdProvider');
  void import('../records/form/RecordForm');
}

export function FormHost() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => request,
  );
  if (!shown) return null;
  return (
    <Suspense>
      <RecordForm
        key={`${shown.type}/${shown.id ?? 'new'}`}
        type={shown.type}
        id={shown.id}
        initial={shown.initial}
        onSaved={(record) => {
          set(null);
          shown.onSaved?.(record);
        }}
        onClose={() => set(null)}
      />
    </Suspense>
  );
}
