import { queryOptions, useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { get } from '../../api/client';
import type { AnyRecord, Field } from '../../api/types';
import type { Draft } from './draft';

const nameQuery = (type: string, id: string) =>
  queryOptions({
    queryKey: ['name', type, id],
    queryFn: async ({ signal }) => {
      const record = await get<AnyRecord>(`/${type}/${id}`, { signal });
      return String(record.name ?? record.subject ?? record.title ?? id);
    },
    staleTime: Infinity,
    retry: false,
  });

const isId = (value: string) => /^[0-9a-f-]{32,36}$/i.test(value);

function idsOf(draft: Draft): [string, string][] {
  if (draft.kind === 'group') return draft.children.flatMap(idsOf);
  if (draft.kind === 'behaviour') return idsOf(draft.inside);
  if (draft.kind === 'byHand' || draft.field.kind !== 'reference') return [];
  return draft.values.filter(isId).map((id) => [draft.field.reference ?? '', id]);
}

/** The names behind the ids of a filter; an id itself where it cannot be seen. */
export function useReferenceNames(draft: Draft): (type: string, id: string) => string {
  const wanted = idsOf(draft);
  const client = useQueryClient();
  useQueries({ queries: wanted.map(([type, id]) => nameQuery(type, id)) });
  return useCallback(
    (type, id) => (isId(id) ? (client.getQueryData<string>(nameQuery(type, id).queryKey) ?? '…') : id),
    [client],
  );
}

/** Keeps a name that was just picked, so that nobody has to ask for it. */
export function useRememberName(): (field: Field, id: string, name: string) => void {
  const client = useQueryClient();
  return useCallback(
    (field, id, name) => client.setQueryData(nameQuery(field.reference ?? '', id).queryKey, name),
    [client],
  );
}
