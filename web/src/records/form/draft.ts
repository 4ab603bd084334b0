import { useCallback, useEffect, useRef } from 'react';
import type { Values } from '../../api/types';

/** What a person typed and has not saved, kept in this browser until it is saved or thrown away. */
export interface Draft {
  values: Values;
  /** The version the draft was started on; absent for a new record. */
  version?: number;
  /** Values as they stood when the draft was started: the base of a three-way merge. */
  base?: Values;
  at: string;
}

const prefix = 'guanxi.draft.';

/** One draft per person, record type and record, so that a shared machine mixes nobody's words. */
export function draftKey(user: string, type: string, id: string | null): string {
  return `${prefix}${user}.${type}.${id ?? 'new'}`;
}

export function readDraft(key: string): Draft | null {
  try {
    const text = localStorage.getItem(key);
    const draft = text ? (JSON.parse(text) as Draft) : null;
    return draft && typeof draft.values === 'object' ? draft : null;
  } catch {
    return null;
  }
}

export function writeDraft(key: string, draft: Draft): void {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // A full or forbidden storage must not stop the person typing.
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // As above.
  }
}

/**
 * Keeps `draft` in storage shortly after each change, and at once when the page is hidden or the form closes.
 * The answer forgets it: a form that saved and closes in one go must not write its draft back.
 */
export function useKeptDraft(key: string, draft: Draft | null): () => void {
  const latest = useRef(draft);
  latest.current = draft;
  useEffect(() => {
    if (!draft) return;
    const timer = setTimeout(() => writeDraft(key, draft), 300);
    return () => clearTimeout(timer);
  }, [key, draft]);
  useEffect(() => {
    const keep = () => {
      if (latest.current) writeDraft(key, latest.current);
    };
    document.addEventListener('visibilitychange', keep);
    addEventListener('pagehide', keep);
    return () => {
      document.removeEventListener('visibilitychange', keep);
      removeEventListener('pagehide', keep);
      keep();
    };
  }, [key]);
  return useCallback(() => {
    latest.current = null;
    dropDraft(key);
  }, [key]);
}
