import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { toast } from '../look/toast';

/** What the server keeps, a draft of it, and saving the draft: the frame of every settings page. */
export function useSettings<Answer, Draft>(
  path: string,
  draftOf: (answer: Answer) => Draft,
  save: (draft: Draft) => Promise<unknown>,
  saved: string,
) {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['settings', path], queryFn: ({ signal }) => get<Answer>(path, { signal }) });
  const [own, setOwn] = useState<Draft | null>(null);
  const [errors, setErrors] = useState<Record<string, string[]>>({});
  const [busy, setBusy] = useState(false);
  const draft = own ?? (query.data === undefined ? null : draftOf(query.data));
  return {
    query,
    draft,
    errors,
    busy,
    isChanged: own !== null,
    change: (part: Partial<Draft>) => draft && setOwn({ ...draft, ...part }),
    forget: () => {
      setOwn(null);
      setErrors({});
    },
    submit: async () => {
      if (!draft) return;
      setBusy(true);
      setErrors({});
      try {
        await save(draft);
        await client.invalidateQueries({ queryKey: ['settings', path] });
        setOwn(null);
        toast({ text: saved });
      } catch (error) {
        if (error instanceof Problem) setErrors(error.errors);
        toast({ text: sentence(error), kind: 'error' });
      } finally {
        setBusy(false);
      }
    },
  };
}

/** The list with one item changed, put in or taken out. */
export function withItem<T>(list: readonly T[], at: number, part: Partial<T> | null): T[] {
  return list.flatMap((item, index) => (index === at ? (part ? [{ ...item, ...part }] : []) : [item]));
}
