import { Suspense, useEffect, useSyncExternalStore } from 'react';
import { useNavigate } from 'react-router';
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

/** Nouns that are composed on a page of their own. */
const ownPages: Record<string, string> = { 'sales-processes': '/sales-processes' };

function Elsewhere({ to }: { to: string }) {
  const navigate = useNavigate();
  useEffect(() => {
    set(null);
    void navigate(to);
  }, [navigate, to]);
  return null;
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
  if (shown.type in ownPages && !shown.initial) return <Elsewhere to={`${ownPages[shown.type]}/${shown.id ?? 'new'}`} />;
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
