import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { get } from '../../api/client';
import type { ListPage, Reference, SearchHit, Value } from '../../api/types';

export interface Hit extends Reference {
  hint?: string;
}

/** Nouns that the global search knows; the others are small enough to be listed. */
const searched = new Set(['customers', 'contacts']);

/** Records of a type that fit the typed text: by name, pinyin initials or number, as far as the caller may see. */
export function useHits(type: string, q: string, enabled: boolean) {
  return useQuery({
    queryKey: ['reference', type, q],
    queryFn: ({ signal }) => (q && searched.has(type) ? searchHits(type, q, signal) : listHits(type, q, signal)),
    placeholderData: keepPreviousData,
    enabled: enabled && type !== '',
    staleTime: 10_000,
  });
}

async function searchHits(type: string, q: string, signal: AbortSignal): Promise<Hit[]> {
  const { items } = await get<{ items: SearchHit[] }>('/search', { signal, query: { q, types: type } });
  return items.map((hit) => ({ id: hit.id, name: hit.title, hint: hit.subtitle ?? hit.owner?.name }));
}

async function listHits(type: string, q: string, signal: AbortSignal): Promise<Hit[]> {
  const { items } = await get<ListPage>(`/${type}`, { signal, query: { q, limit: 20 } });
  return items.map((record) => ({
    id: record.id,
    name: String(record.name ?? record.subject ?? record.id),
    hint: hintOf(record.team ?? record.customer),
  }));
}

function hintOf(value: Value): string | undefined {
  return typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : undefined;
}

/** The text after a pause in typing, so that not every letter becomes a request. */
export function useSettled(text: string, milliseconds = 120): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), milliseconds);
    return () => clearTimeout(timer);
  }, [text, milliseconds]);
  return settled;
}
