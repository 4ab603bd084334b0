import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client';
import { putRecord, useSaveRecord } from '../../api/queries';
import type { AnyRecord, Field, RecordType, Value } from '../../api/types';
import { labelOf } from '../../language';
import { toast } from '../../look/toast';
import { changedBy, readValue } from '../fields/flatAddress';
import { sameValue } from '../fields/values';
import { type Refusal, refusalOf } from '../form/problems';

export type InlineQuestion =
  { kind: 'confirm'; message: string; keys: string[] } | { kind: 'conflict'; theirs: Value; current: AnyRecord };

/** Saves one field at once, with undo; a clash asks, and only when the very same field was changed by somebody else. */
export function useInlineSave(recordType: RecordType, record: AnyRecord, field: Field) {
  const { t } = useTranslation('record');
  const client = useQueryClient();
  const save = useSaveRecord(recordType.type);
  const [pending, setPending] = useState<{ value: Value } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [question, setQuestion] = useState<InlineQuestion | null>(null);
  const base = readValue(field, record);

  const put = async (value: Value, version: number, confirm?: string[], again = false): Promise<boolean> => {
    setPending({ value });
    setError(null);
    setQuestion(null);
    try {
      const saved = await save.mutateAsync({
        id: record.id,
        values: changedBy(field, value, record),
        version,
        confirm,
      });
      setPending(null);
      toast({
        text: t('inline.saved', { field: labelOf(field.labels, field.name) }),
        undo: () =>
          void save
            .mutateAsync({ id: record.id, values: changedBy(field, base, saved), version: saved.version })
            .catch((failure: unknown) => toast({ text: refusalText(refusalOf(failure, [field])), kind: 'error' })),
      });
      return true;
    } catch (failure) {
      const refusal = refusalOf(failure, [field]);
      if (refusal.kind === 'conflict') return clash(value, confirm, again);
      setPending(null);
      if (refusal.kind === 'confirm')
        setQuestion({ kind: 'confirm', message: [refusal.message, ...refusal.details].join('\n'), keys: refusal.keys });
      else setError(refusalText(refusal));
      return false;
    }
  };

  // Tried once more when only other fields were changed; after that a person decides.
  const clash = async (value: Value, confirm: string[] | undefined, again: boolean): Promise<boolean> => {
    const current = await get<AnyRecord>(`/${recordType.type}/${record.id}`);
    putRecord(client, recordType.type, current);
    const theirs = readValue(field, current);
    if (!again && sameValue(field.kind, theirs, base)) return put(value, current.version, confirm, true);
    setPending(null);
    setQuestion({ kind: 'conflict', theirs, current });
    return false;
  };

  return {
    shown: pending ? pending.value : base,
    isSaving: pending !== null,
    error,
    question,
    put,
    dropQuestion: () => setQuestion(null),
    dropError: () => setError(null),
  };
}

function refusalText(refusal: Refusal): string {
  if (refusal.kind === 'fields') return Object.values(refusal.byField).join(' ');
  return refusal.kind === 'conflict' ? '' : refusal.message;
}
