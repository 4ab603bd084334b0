import { useEffect, useState } from 'react';
import { labelOf } from '../../language';
import { copied, copy } from './words';
import './fields.css';

/** Copies exactly the text, without the spaces that selecting on the page drags along. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);

  return (
    <button
      type="button"
      className="field-copy"
      data-done={done || undefined}
      aria-label={`${labelOf(done ? copied : copy)} ${label}`}
      title={labelOf(done ? copied : copy)}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(text.trim()).then(setDone);
      }}
    >
      <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden>
        {done ? <path d="m3 8.5 3.2 3L13 5" /> : <path d="M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1" />}
      </svg>
    </button>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The clipboard interface is only there on https and localhost; offices run plain http inside. */
function copyBySelection(text: string): boolean {
  const holder = document.createElement('textarea');
  holder.value = text;
  holder.className = 'visually-hidden';
  document.body.append(holder);
  holder.select();
  try {
    return document.execCommand('copy');
  } finally {
    holder.remove();
  }
}
