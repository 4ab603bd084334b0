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
      else toast({ kind: 'error', text: sentence(error) });
      setBusy(false);
    }
  };
  return { receive, warning, busy };
}
