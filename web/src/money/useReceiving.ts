import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { toast } from '../look/toast';

/** Enters money once, however often it is clicked; what looks entered already is asked about first, and the next click means it. */
export function useReceiving<Answer>(path: string, said: (answer: Answer) => string, onDone: () => void) {
  const client = useQueryClient();
  const [key] = useState(newKey);
  const [warning, setWarning] = useState<string | null>(null);
  const [refused, setRefused] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const receive = async (body: object) => {
    const confirmed = warning !== null;
    setBusy(true);
    try {
      const answer = await post<Answer>(path, body, {
        idempotencyKey: confirmed ? `${key}-confirmed` : key,
        query: confirmed ? { confirm: 'receipt-twice' } : {},
      });
      toast({ text: said(answer) });
      await client.invalidateQueries();
      onDone();
    } catch (error) {
      if (error instanceof Problem && error.body.rule === 'receipt-twice') setWarning(sentence(error));
      else setRefused(refusedOf(error));
      setBusy(false);
    }
  };
  /** What was said about an entry is no longer true once it is changed, nor is what was answered to it. */
  const changed = () => {
    setRefused({});
    setWarning(null);
  };
  return { receive, warning, refused, changed, busy };
}

/** What a refusal says of each field; of none, what it says as a whole under the empty name. */
export function refusedOf(error: unknown): Record<string, string> {
  const fields = error instanceof Problem ? Object.entries(error.errors) : [];
  return fields.length === 0
    ? { '': sentence(error) }
    : Object.fromEntries(fields.map(([field, [words]]) => [field, words ?? sentence(error)]));
}
